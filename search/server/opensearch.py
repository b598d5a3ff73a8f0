"""OpenSearch description (version 1.1) for a browser's address bar."""

from xml.etree import ElementTree  # XML is written here, none is read  # nosec B405

from fastapi import FastAPI, Request, Response

MEDIA_TYPE = "application/opensearchdescription+xml"
_LONGEST_NAME = 16
_NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"


def add_opensearch(app: FastAPI, name: str) -> None:
    """Serve /opensearch.xml for an archive of that name."""

    @app.get("/opensearch.xml", include_in_schema=False)
    def opensearch(request: Request) -> Response:
        return Response(description(str(request.base_url), name), media_type=MEDIA_TYPE)


def description(home: str, name: str = "Lede") -> bytes:
    """The description of a service that lives at an address, which ends with a slash; short names end at 16 letters."""
    root = ElementTree.Element("OpenSearchDescription", xmlns=_NAMESPACE)
    for tag, text in (
        ("ShortName", name[:_LONGEST_NAME].rstrip()),
        ("Description", "Search the archive by words and by meaning"),
        ("InputEncoding", "UTF-8"),
    ):
        ElementTree.SubElement(root, tag).text = text
    for media_type, path in (("text/html", ""), ("application/atom+xml", "feed.atom")):
        address = {"type": media_type, "method": "get", "template": f"{home}{path}?q={{searchTerms}}"}
        ElementTree.SubElement(root, "Url", address)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
