"""Runs the generated Python client against a live server: FACIALIS_URL, FACIALIS_TOKEN."""

import io
import os
import sys

sys.path.insert(0, sys.argv[1])

from facialis_client import AuthenticatedClient
from facialis_client.api.exports import export_person
from facialis_client.api.people import add_person, delete_person, edit_person, get_person, import_person, list_people
from facialis_client.api.server import ready
from facialis_client.models import PersonEdit
from facialis_client.types import File

client = AuthenticatedClient(base_url=os.environ["FACIALIS_URL"], token=os.environ["FACIALIS_TOKEN"], raise_on_unexpected_status=True)
with client:
    assert ready.sync(client=client).database
    made = add_person.sync(client=client, body=PersonEdit(name="By Python"))
    assert made.sex is None and made.affected_side is None, made
    edited = edit_person.sync(made.id, client=client, body=PersonEdit(sex="f", affected_side="left"))
    assert str(edited.sex) in ("f", "PersonSexType1.F") or edited.sex == "f", edited
    assert get_person.sync(made.id, client=client).name == "By Python"
    assert made.id in [p.id for p in list_people.sync(client=client).people]
    archive = export_person.sync(made.id, client=client).payload.read()
    assert archive.startswith(b"PK"), archive[:20]
    assert delete_person.sync_detailed(made.id, client=client, now=True).status_code == 204
    back = import_person.sync(client=client, body=File(payload=io.BytesIO(archive)))
    assert back.name == "By Python" and str(back.affected_side) == "left", back
print("the Python client works")
