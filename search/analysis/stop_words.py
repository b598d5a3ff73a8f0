"""Stop words: words that carry no topic."""

STOP_WORDS = frozenset(
    "a about after also am an and any are as at be been before being but by can could did do does doing done for from"
    " had has have having he her him his how i if in into is it its just let may me might more most must my no not now"
    " of on only or other our over own same shall she should so some such than that the their them then there these"
    " they this to too under very was we were what when where which who whom whose why will with would you your"
    " а або але без би б був буде будуть була були було бути в вас вже ви від він вона вони воно все всі для до є ж же"
    " з за зі із й і ї її їй їм їх його й йому к коли ли лише між має мають ми мене мій мої моє моя на над нас не ні ну"
    " о об от перед по при про під після свій своя своє свої своїх свого своїм та так також такий тобто там те ти то"
    " той тому тут у через хто це цей ця ці цього цих чи чому що щоб щодо ще як яка яке який які яких якої якому якщо"
    " я скільки де".split()
)
"""In small letters, without apostrophes; English and Ukrainian, of which none is a word of the other."""
