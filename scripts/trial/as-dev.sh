# Run by ../trial-wheel in a new Debian, as a user without rights, on a session bus of its own. What it proves, it says in a line.
set -euo pipefail
cd
proven() { echo "trial: $*"; }

! command -v node && ! ls /usr/bin/*node* 2>/dev/null
python=$(python3 -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])')

if command -v pipx; then
  pipx install /srv/wheels/ca_sync-*.whl
  how="pipx $(pipx --version)" environment=$(dirname "$(readlink ~/.local/bin/ca-sync)")
  upgrade() { pipx install --force /srv/newer/ca_sync-*.whl; }
  pipx install 'poetry<3'
else
  how="pip $(pip --version | cut -d' ' -f2) --user" environment=~/.local/bin
  upgrade() { pip install --user --upgrade /srv/newer/ca_sync-*.whl; }
  pip install --user /srv/wheels/ca_sync-*.whl 'poetry<3'
fi
export PATH=~/.local/bin:$PATH
proven "installed by $how on Python $python: ca-sync $(ca-sync --version)"

printf password | gnome-keyring-daemon --unlock --components=secrets >/dev/null
mkdir app
cat >app/pyproject.toml <<'EOF'
[project]
name = "my-app"
version = "0.1.0"
requires-python = ">=3.9"

[tool.poetry]
package-mode = false

[[tool.poetry-plugin-code-artifact.sources]]
name = "dev"
aws-codeartifact-domain = "my-domain"
aws-codeartifact-owner = "564131876131"
aws-codeartifact-region = "us-east-1"
aws-codeartifact-repository = "dev"
EOF
cd app
ca-sync sources declare
ca-sync
ca-sync status | grep -E '^dev .* yes$'
poetry --version
poetry add ca-sync-demo-lib --source dev
poetry run python -c 'import importlib.metadata as m; assert m.version("ca-sync-demo-lib") == "1.2.3"'
proven "synced, and $(poetry --version) added a library"
ca-sync exec -- sh -c 'test -n "$POETRY_HTTP_BASIC_DEV_PASSWORD"; exit 7' || [ $? = 7 ]
proven 'exec passes credentials and the exit code on'

job=$(ca-sync schedule install --using cron --print | grep -o "'/usr/bin/env' '[^']*'" | head -1)
hook=$(ca-sync hook bash)
command=$environment/ca-sync
[ "$job" = "'/usr/bin/env' '$command'" ]
grep -qF "$command" <<<"$hook"
upgrade
eval "$job --version"
eval "$job status"
python=$environment/python3
[ -e "$python" ] || python=python3
"$python" -c 'import importlib.metadata as m; assert m.version("ca-sync") == "99.0.0"'
proven "after an upgrade, job and hook still run $command"
