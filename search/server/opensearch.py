"""OpenSearch description (version 1.1) for a browser's address bar."""

from xml.etree import ElementTree  # XML is written here, none is read  # nosec B405

from fastapi import FastAPI, Request, Response

MEDIA_TYPE = "application/opensearchdescription+xml"
_NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"


def add_opensearch(app: FastAPI) -> None:
    """Serve /opensearch.xml."""

    @app.get("/opensearch.xml", include_in_schema=False)
    def opensearch(request: Request) -> Response:
        return Response(description(str(request.base_url)), media_type=MEDIA_TYPE)


def description(home: str) -> bytes:
    """The description of a service that lives at an address, which ends with a slash."""
    root = ElementTree.Element("OpenSearchDescription", xmlns=_NAMESPACE)
    for name, text in (
        ("ShortName", "Lede"),
        ("Description", "Search the archive by words and by meaning"),
        ("InputEncoding", "UTF-8"),
    ):
        ElementTree.SubElement(root, name).text = text
    for media_type, path in (("text/html", ""), ("application/atom+xml", "feed.atom")):
        address = {"type": media_type, "method": "get", "template": f"{home}{path}?q={{searchTerms}}"}
        ElementTree.SubElement(root, "Url", address)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
