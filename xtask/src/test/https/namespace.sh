#!/bin/sh
# Runs in a network of its own, where port 443 is free and /etc/hosts is ours: FOLDER, KEMU, PYTHON, and the demo
# credentials come from https.rs.
set -eu
ip link set lo up
"$KEMU" hosts > "$FOLDER/hosts" 2> "$FOLDER/told"
mount --bind "$FOLDER/hosts" /etc/hosts

"$KEMU" --tls --tls-listen 127.0.0.1:443 --tls-dir "$FOLDER/certs" --quiet > "$FOLDER/out" 2> "$FOLDER/log" &
kemu=$!
trap 'kill "$kemu"; wait "$kemu" || cat "$FOLDER/log"' EXIT
"$KEMU" wait --timeout 60s

here=$(dirname "$0")
export NODE_EXTRA_CA_CERTS="$FOLDER/certs/ca.pem" REQUESTS_CA_BUNDLE="$FOLDER/certs/ca.pem"
node "$here/client.mjs" "$API_KEY" "$ACCOUNT"
"$PYTHON" "$here/client.py" "$API_KEY" "$ACCOUNT" "$CLIENT_ID" "$CLIENT_SECRET"

# It is our CA that did it.
unset NODE_EXTRA_CA_CERTS REQUESTS_CA_BUNDLE
if node "$here/client.mjs" "$API_KEY" "$ACCOUNT" 2> "$FOLDER/refused"; then
  echo "Node trusted kemu without its CA" >&2
  exit 1
fi
grep -q UNABLE_TO_VERIFY_LEAF_SIGNATURE "$FOLDER/refused" || { cat "$FOLDER/refused" >&2; exit 1; }
