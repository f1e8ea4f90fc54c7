"""Reads a built site as programs do, over HTTP and from files, and prints what they understood as JSON: site.py DIR URL."""

import json, os, sys, tempfile
import xml.etree.ElementTree as ET

import feedparser, icalendar
from circuit_maintenance_parser import NotificationData, init_provider

root, url = sys.argv[1], sys.argv[2]
found = {}

for name, path in (("vi", "feed.xml"), ("en", "en/feed.xml")):
    feed = feedparser.parse(f"{url}/{path}")
    if feed.bozo:
        sys.exit(f"{path}: {feed.bozo_exception}")
    found[f"feed_{name}"] = {
        "lang": feed.feed.language,
        "title": feed.feed.title,
        "entries": [{"id": e.id, "title": e.title, "updated": e.updated, "text": e.content[0].value} for e in feed.entries],
    }

with open(os.path.join(root, "calendar.ics"), "rb") as f:
    raw = f.read()
calendar = icalendar.Calendar.from_ical(raw)
found["calendar"] = [
    {
        "id": str(e["X-MAINTNOTE-MAINTENANCE-ID"]),
        "status": str(e["X-MAINTNOTE-STATUS"]),
        "impact": str(e["X-MAINTNOTE-IMPACT"]),
        "start": e.decoded("DTSTART").isoformat(),
        "end": e.decoded("DTEND").isoformat(),
        "summary": str(e["SUMMARY"]),
    }
    for e in calendar.walk("VEVENT")
]
parsed = init_provider("genericprovider").get_maintenances(NotificationData.init_from_raw("ical", raw))
found["maintenances"] = [
    {
        "id": m.maintenance_id,
        "status": m.status.value,
        "start": m.start,
        "end": m.end,
        "circuits": [{"id": c.circuit_id, "impact": c.impact.value} for c in m.circuits],
    }
    for m in parsed
]

found["cap"] = {}
folder = os.path.join(root, "cap")
for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
    alert = ET.parse(os.path.join(folder, name)).getroot()
    ns = {"c": "urn:oasis:names:tc:emergency:cap:1.2"}
    text = lambda p, e=alert: e.findtext(p, namespaces=ns)
    found["cap"][name] = {
        "sent": text("c:sent"),
        "status": text("c:status"),
        "type": text("c:msgType"),
        "references": text("c:references"),
        "infos": [{"lang": text("c:language", i), "headline": text("c:headline", i), "area": text("c:area/c:areaDesc", i)} for i in alert.findall("c:info", ns)],
    }

with tempfile.TemporaryDirectory() as d:
    os.chdir(d)
    with open("services.json", "w") as f:
        json.dump({"ours": {"name": "ours", "type": "status_page", "url": f"{url}/en/api/v2/summary.json"}}, f)
    from statuspage_prometheus_exporter import service_checker
    checked = service_checker.check_service_status("ours", service_checker.SERVICES["ours"])
    found["exporter"] = {k: checked.get(k) for k in ("success", "status", "raw_status", "status_text", "error")}
    found["exporter"]["incidents"] = len(checked.get("incident_metadata") or [])
    found["exporter"]["maintenances"] = len(checked.get("maintenance_metadata") or [])
    found["exporter"]["components"] = {c["name"]: c["status"] for c in checked.get("component_metadata") or []}

json.dump(found, sys.stdout, default=str, ensure_ascii=False)
