# The real `poetry config`, one write after another, until the end of stdin. Each line out is a name whose lines must stay.
import io
import sys
import threading

from cleo.io.inputs.argv_input import ArgvInput
from cleo.io.outputs.stream_output import StreamOutput
from poetry.console.application import Application

ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()


def config(*words):
    application = Application()
    application.auto_exits(False)
    application.catch_exceptions(False)
    output = StreamOutput(io.StringIO())
    code = application.run(ArgvInput(["poetry", "config", *words]), output, output)
    if code:
        raise SystemExit(f"poetry config {words}: {code}")


number = 0
while not ended.is_set():
    number += 1
    name = f"theirs-{number}"
    config(f"repositories.{name}", f"https://theirs.example/{number}/")
    config(f"certificates.{name}.cert", f"/theirs/{number}.pem")
    print(name, flush=True)
    ended.wait(float(sys.argv[1]))
