"""A client as people write them: the real hosts are built in, and nothing of it knows of kemu but the demo credentials."""

import sys

import requests

API = "https://api.oefr-kraken.energy/v1/graphql/"
AUTH = "https://auth.oefr-kraken.energy"

key, number, client_id, client_secret = sys.argv[1:]


def ask(query, variables=None, token=None):
    headers = {"Authorization": token} if token else {}
    answer = requests.post(API, json={"query": query, "variables": variables}, headers=headers, timeout=30)
    answer.raise_for_status()
    body = answer.json()
    assert "errors" not in body, body
    return body["data"]


sign_in = "mutation ($key: String) { obtainKrakenToken(input: { APIKey: $key }) { token payload } }"
issued = ask(sign_in, {"key": key})["obtainKrakenToken"]
assert issued["payload"]["iss"] == API, issued["payload"]
query = "query ($number: String!) { account(accountNumber: $number) { number balance } }"
account = ask(query, {"number": number}, issued["token"])["account"]
assert account["number"] == number and isinstance(account["balance"], int), account

discovery = requests.get(f"{AUTH}/.well-known/openid-configuration", timeout=30).json()
assert discovery["issuer"] == f"{AUTH}/token/", discovery
tokens = requests.post(
    discovery["token_endpoint"],
    data={"grant_type": "client_credentials"},
    auth=(client_id, client_secret),
    timeout=30,
)
assert tokens.status_code == 200, tokens.text
viewer = ask("{ thirdPartyViewer { name } }", token=tokens.json()["access_token"])["thirdPartyViewer"]
assert viewer["name"], viewer
print(f"requests {requests.__version__}: {number} is at {account['balance']}; {viewer['name']} came through OAuth")
