"""What Lede is compared with, one file a peer, all behind the protocol of peers.protocol."""
