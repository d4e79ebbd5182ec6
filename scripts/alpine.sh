#!/bin/sh
# In a container of Alpine: builds, runs the tests that need no more than Node and git, and loads keytar: its loader takes the binary for glibc,
# which needs nothing that musl has not.
set -eu
apk add --quiet --no-cache bash git libsecret python3
npm ci --no-audit --no-fund --loglevel=error
npm run --silent build
npm run --silent test:all -- __tests__/core __tests__/files __tests__/state
node dist/main.cjs --version
node -e 'if (typeof require("keytar").getPassword !== "function") process.exit(1)'
