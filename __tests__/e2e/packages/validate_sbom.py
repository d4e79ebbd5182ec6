"""Exits with what is wrong with a CycloneDX document, by the schema of its own version."""

import json
import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

text = Path(sys.argv[1]).read_text()
version = SchemaVersion.from_version(json.loads(text)["specVersion"])
sys.exit(JsonStrictValidator(version).validate_str(text))
