"""The table of field conventions: which keys of which generators and systems say what of an article.

Keys are compared without regard to case, `_`, `-`, `$`, `@`, `?` and blanks, and without a leading `content`, `post`,
`article`, `entry`, `item`, `story`, `news`, `page`, `video` or `field`, so `publish_date`, `publishDate` and
`PUBLISHED_DATE` are covered by one entry. Of several keys of one field that say something, the first in the table's
order counts. Hugo, Jekyll, Astro, Eleventy, Docusaurus, Zola, Hexo, Pelican, Gatsby, Nikola, Next, WordPress, Ghost,
Drupal and JSON-LD are the sources, and what newsrooms call these fields in their own languages.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

CONVENTIONS: Mapping[str, str] = {
    "title": "title headline name titletext ogtitle metatitle linktitle heading webtitle titel titulo título"
    " titre titolo tytuł titulek başlık überschrift ueberschrift overskrift otsikko cím titlu заглавие naslov"
    " nadpis títol kop judul τίτλος כותרת عنوان заголовок название назва शीर्षक タイトル 标题 標題 제목 العنوان"
    " seotitle",
    "published": "publishedat publishdate publisheddate publishedon publishedtime datepublished pubdate"
    " pubdatetime publicationdate published postdategmt date datetime postdate dategmt firstpublished"
    " firstpublishedat issued issuedate releasedate posted postedon postedat timestamp publishup publishat"
    " publishedts publishts pubts publish publishtime publicationtime publishfrom livedate createdat created"
    " datecreated creationdate createddate added dateadded datetext displaydate pubtime datepublish webpublicationdate"
    " firstpublicationdate createdon authoredon firstcreated datum fecha fechapublicacion datedepublication"
    " fechadepublicacion fechadepublicación datadipubblicazione veröffentlichtam датапублікації датапубликации"
    " data datapublicacao datadepublicacao datapublikacji erstellt veröffentlicht publié publicado opublikowano"
    " дата опубликовано 日付 日期 发布日期 날짜 التاريخ tarih दिनांक तारीख dato päivämäärä dátum tanggal"
    " effective effectivedate eventtime publicerad publisert udgivet julkaistu ημερομηνία תאריך تاریخ crdate ms.date",
    "embargo": "embargo embargoed embargodate embargoeduntil embargountil embargotill embargoedtill embargoend"
    " embargoends embargoenddate embargotime embargodatetime embargolift embargoliftdate holduntil notbefore"
    " publishon publishafter releaseafter golive goliveat goliveon golivedate golivetime liveat liveon livefrom"
    " scheduledat scheduledfor scheduledon scheduleddate scheduledtime scheduledpublishat scheduledpublishdate"
    " schedulepublish startpublication publicationstart publicationstartdate publishstart publishstartdate"
    " visiblefrom onlinefrom showfrom displayfrom sperrfrist",
    "time": "time",
    "updated": "updatedat updated changed updateddate dateupdated lastmod lastmodified lastmodifiedat"
    " lastmodifieddate modified modifieddate modifiedat modifiedgmt datemodified moddatetime modificationdate"
    " lastupdate lastupdated lastupdatedat postmodifiedgmt postmodified revised modifiedtime datemodify"
    " updatedon changedon modifiedon updatedts modifiedts lastpublisheddate lastpublishedat lastedited editedat"
    " tstamp lastpublicationdate aktualisiert actualizado atualizado zaktualizowano datedemodification"
    " fechademodificación оновлено обновлено 更新日期 更新日 oppdatert opdateret uppdaterad päivitetty"
    " bijgewerkt",
    "expires": "expires expiresat expireat expireon expireson expiredate expirydate expiry expirationdate"
    " expiration unpublishdate unpublishat unpublishedat dateexpires removeat archiveon publishdown publishuntil"
    " visibleuntil onlineuntil showuntil displayuntil endpublication publicationend publicationenddate publishend"
    " publishenddate unpublishon unpublishedon takedownat takedowndate",
    "description": "description summary customexcerpt excerpt abstract synopsis deck dek standfirst spoiler"
    " subtitle subheading subhed subhead subheadline subheader strapline teaser lead lede intro introduction"
    " blurb shortdescription metadescription seodescription ogdescription preview metadesc desc brief trailtext"
    " summaryhtml descriptionhtml excerpthtml snippet shorttext"
    " searchdescription beschreibung zusammenfassung descripcion descripción resumen descricao descrição resumo"
    " résumé descrizione sommario opis streszczenie описание опис popis samenvatting özet açıklama विवरण 概要 摘要"
    " 描述 简介 요약 설명 الوصف teasertext vorspann untertitel unterzeile subtítulo subtitulo entradilla bajada"
    " chapô chapo chapeau ondertitel soustitre sottotitolo ingress manchet perex анонс подзаголовок підзаголовок",
    "authors": "authors author byline writer writers authorname authornames creator creators dccreator by"
    " reporter reporters correspondent columnist autor autores auteur auteurs autore createdbyalias authoredby"
    " contributor autora yazar автор авторы автори लेखक 著者 作者 저자 المؤلف writtenby journalist journalists"
    " författare skribent forfatter kirjoittaja szerző penulis συγγραφέας نویسنده contributors",
    "tags": "tags tag topics topic keywords keyword labels hashtags tagnames metakey taglist etiquetas"
    " étiquettes schlagworte schlagwörter stichworte stichwörter trefwoorden motsclés palabrasclave"
    " palavraschave tagi tagy štítky etiketler теги мітки टैग タグ 标签 標籤 태그 الوسوم metakeywords"
    " seokeywords etiketter emneord avainsanat címkék značky oznake ετικέτες subjects",
    "categories": "categories category section sections vertical rubric rubrics channel department theme sectionname"
    " categoria categorias categoría categorías catégorie catégories kategorie kategorien kategoria rubrik"
    " rubrique rubriques rubryka rubrica sección seccion seção рубрика рубрики категория категории категорія"
    " カテゴリ カテゴリー 分类 分類 카테고리 التصنيف categorie kategori категорії श्रेणी primarycategory rubriek"
    " primarysection maincategory categoryname categorynames kategorier osasto rovat κατηγορία",
    "language": "lang language locale inlanguage langcode languagecode hreflang idioma sprache langue lingua"
    " język язык мова 言語 语言 språk sprog taal kieli nyelv jazyk dil bahasa",
    "image": "coverimage image featuredimage featureimage featuredimg heroimage cover ogimage socialimage banner"
    " bannerimage headerimage primaryimage mainimage topimage socialmediacard metaimage metaimg leadimage teaserimage"
    " previewimage splashimage cardimage titleimage thumbnail thumb thumbnailurl thumbnailsrc thumbimg"
    " thumbimgpath imageurl imagesrc hero picture photo images fmimage mediacontent teaserimg heroimg urltoimage"
    " featuredimageurl featuredmediaurl jetpackfeaturedmediaurl coverurl imagen imagem bild immagine obraz"
    " изображение 画像 图片 封面 imgurl imgsrc img imageintro introimage headerimg bannerimg coverimg coverphoto"
    " mainphoto leadphoto photourl pictureurl imagelink opengraphimage shareimage sharingimage twitterimage"
    " indeximg topimg poster foto afbeelding billede kuva kép obrázek зображення zdjęcie overlayimage görsel slika",
    "draft": "draft isdraft private deleted isdeleted trashed deletedat deletedon deleteddate deletedtime datedeleted"
    " deletiondate trashedat discardedat withdrawnat withdrawnnotice retractedat istrashed intrash hidden ishidden"
    " unlisted isunlisted"
    " unpublished isunpublished isprivate withdrawn iswithdrawn retracted isretracted confidential isconfidential"
    " isinternal isremoved isrejected issuspended isspam spam istrash trash ignorepublish borrador"
    " rascunho entwurf brouillon bozza szkic utkast taslak черновик чернетка 草稿 下書き",
    "password": "password accesspassword",  # nosec B105 - names of keys
    "publication": "published publish ispublished publishedstatus isactive active visible isvisible enabled isenabled"
    " public ispublic isapproved veröffentlicht publié publicado opublikowano опубликовано опубліковано publicerad"
    " publisert udgivet julkaistu",
    "status": "status poststatus publishedstatus publishstatus publicationstatus moderationstate"
    " workflowstate reviewstate state visibility stage estado statut stato статус durum",
    "slug": "slug shortname basename permalinkslug postname pathsegment urlslug",
    "url": "canonical canonicalurl canonicallink permalink url link weburl articleurl originalurl sourceurl"
    " sourcelink externallink externalurl guidurl href uri htmlurl pageurl urlalias publicurl fullurl"
    " absoluteurl enlace lien ссылка 链接 リンク",
    "source": "source publication publisher outlet sitename site newspaper provider agency newsroom channelname"
    " feedtitle sourcename origin medium publicationname blogname sourcehostname sourcedomain quelle fuente"
    " fonte źródło источник джерело kaynak 来源",
    "sentiment": "sentiment",
    "external_id": "externalid translationkey translationid translationgroup",
    "id": "id identifier uuid guid key articleid postid nid",
    "text": "contenthtml html body content text articlebody bodyhtml bodytext contentencoded fulltext"
    " fullarticletext maintext plaintext contenttext rawtext markdown contentmarkdown story transcript"
    " bodymarkdown longtext richtext bodycontent leadparagraph plaincontent textcontent rawcontent contentmd"
    " bodymd paragraphs inhalt contenido texto contenu texte contenuto testo conteúdo conteudo treść tekst"
    " inhoud obsah içerik"
    " textocompleto textointegral textonoticia texteintegral volltext cuerpo corpo brödtext brødtekst текст"
    " содержание вміст 本文 正文 内容 본문 내용 النص المحتوى",
    "listing": "excludepaginate",
}
"""By field, the keys that say it, the first one first."""

NESTED = frozenset(
    "metadata meta attributes extra taxonomies taxonomy frontmatter data date dates fields properties seo params header"
    " acf details note-attributes".split()
)
"""Tables whose entries count as if they stood one level higher; an entry of that level comes first."""

_NESTED_SPELLINGS = frozenset({*NESTED, *map(str.title, NESTED), *map(str.upper, NESTED)})
_PREFIX = re.compile(r"^(?:content|post|article|entry|item|story|news|page|video|field)(?=[a-z]{2})")
_SIGNS = re.compile(r"[\s_\-$@?\u00ad\u200b-\u200f\u2060\ufeff]+")
"""Signs in keys that say nothing, those among them that nobody sees."""
_SMALL_PICTURE = 500
"""The rank of a small picture, which is made for lists: any other comes first."""


class Stated(NamedTuple):
    """A value and the key that states it, as it is written in the file; dotted where it is nested."""

    key: str
    value: object


class Fields:
    """The fields of a document, by the conventions, or by a mapping of the archive's own that comes first."""

    def __init__(self, written: Mapping[str, object], mapping: Mapping[str, Sequence[str]] | None = None) -> None:
        self._written = written
        self._mapping = mapping or {}
        tables = [
            (key, _counted(key, value, alone=len(written) == 1))
            for key, value in written.items()
            if key in _NESTED_SPELLINGS and isinstance(value, dict)
        ]
        self._plan = _plan(tuple(written), tuple(tables))

    @property
    def unread(self) -> Sequence[str]:
        """The keys that no field reads."""
        return self._plan.get("", ())

    def all(self, field: str) -> Sequence[Stated]:
        """What is stated for a field and says something, the first in order first."""
        if field in self._mapping:
            found = [Stated(path, value) for path in self._mapping[field] if not is_blank(value := self._at(path))]
            if found:
                return found
        keys = self._plan.get(field)
        if not keys:
            return ()
        written = self._written
        return [
            Stated(key, value)
            for key in keys
            if not is_blank(value := written[key] if key in written else self._at(key))
        ]

    def first(self, field: str) -> Stated | None:
        """The first that is stated for a field and says something."""
        if field not in self._plan and not self._mapping:
            return None
        found = self.all(field)
        return found[0] if found else None

    def value(self, path: str) -> object:
        """The value at a dotted path of the document; None where there is none."""
        return self._at(path)

    def _at(self, path: str) -> object:
        """The value at a dotted path; a key that holds dots itself is found whole."""
        if path in self._written:
            return self._written[path]
        value: object = self._written
        for part in path.split("."):
            if not isinstance(value, Mapping) or part not in value:
                return None
            value = value[part]
        return value


def _counted(table: str, inner: Mapping[str, object], *, alone: bool) -> tuple[str, ...]:
    """The keys of a table that count: of a header beside other fields, whose title is its own, only a picture.

    What `details` say beside a text and a picture may be of a bill or a match: its day, its state, its name.
    """
    if table.casefold() == "details":
        return tuple(key for key in inner if states(str(key), ("text", "image")))
    if table.casefold() != "header" or alone:
        return tuple(inner)
    return tuple(key for key in inner if states(str(key), ("image",)) or str(key).casefold() == "teaser")


@lru_cache(4_096)
def _plan(keys: tuple[str, ...], tables: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, tuple[str, ...]]:
    """By field, the keys that state it among these, the first in the table's order first; by "" those unread."""
    ranked: dict[str, list[tuple[int, int, str]]] = {}
    nested = [(f"{table}.{key}", key) for table, inner in tables for key in inner]
    paths = [(str(key), str(key)) for key in keys] + [(path, str(key)) for path, key in nested]
    parted = {table for table, _ in tables}
    for place, (path, key) in enumerate(paths):
        depth = place >= len(keys)
        roles = () if not depth and key in parted else _roles_at(path, key)
        for field, rank in roles:
            ranked.setdefault(field, []).append((rank + 1_000 * depth, place, path))
        if not roles and not (key in _NESTED_SPELLINGS and not depth):
            ranked.setdefault("", []).append((0, place, path))
    return {field: tuple(path for _, _, path in sorted(found)) for field, found in ranked.items()}


def _roles_at(path: str, key: str) -> tuple[tuple[str, int], ...]:
    """The roles of a key; what Minimal Mistakes calls the teaser of a header is a picture, and no words."""
    return (("image", _SMALL_PICTURE),) if path.casefold() == "header.teaser" else _roles(key)


def is_blank(value: object) -> bool:
    """Whether a value says nothing: null, an empty text, a list or a table of nothing."""
    if isinstance(value, str):
        return not value or value.isspace()
    if value is None:
        return True
    if isinstance(value, list | tuple):
        return all(map(is_blank, value))
    if isinstance(value, Mapping):
        return all(map(is_blank, value.values()))
    return False


def with_defaults(written: Mapping[str, object], defaults: Mapping[str, object]) -> Mapping[str, object]:
    """The fields of a document, and of `defaults` those that say something that the document does not say itself."""
    stated = {field for key, value in written.items() if not is_blank(value) for field, _ in _roles(key)}
    added = {
        key: value
        for key, value in defaults.items()
        if is_blank(written.get(key)) and not any(field in stated for field, _ in _roles(key))
    }
    return {**written, **added} if added else written


def names_a_field(key: str) -> bool:
    """Whether a key is one that articles have: what begins like front matter and has none, is none."""
    return bool(_roles(key))


def states(key: str, fields: Sequence[str]) -> bool:
    """Whether a key states one of these fields."""
    return any(field in fields for field, _ in _roles(key))


def _plain(key: str) -> str:
    plain = _SIGNS.sub("", key).casefold().removeprefix("og:")
    if plain == "dc:subject":  # a plain `subject` is a topic here and a title there: readers tell (cms_items)
        return "subjects"
    return plain.removeprefix("dc:").replace(":", "")


@lru_cache(8_192)
def _roles(key: str) -> tuple[tuple[str, int], ...]:
    plain = _plain(key)
    return _ROLES.get(plain) or _ROLES.get(_PREFIX.sub("", plain), ())


def _table() -> dict[str, tuple[tuple[str, int], ...]]:
    table: dict[str, tuple[tuple[str, int], ...]] = {}
    for field, keys in CONVENTIONS.items():
        for rank, key in enumerate(keys.split()):
            table[key] = (*table.get(key, ()), (field, rank))
    return table


_ROLES = _table()
