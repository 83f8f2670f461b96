"""What every script here needs: where kemu is, its demo applications, and a person with a browser."""

import os
from urllib.parse import urljoin, urlsplit

import mechanicalsoup
import requests

# Where kemu is. `cargo xtask test` starts one for each library and says so.
BASE = os.environ["KEMU_URL"]
# The issuer: the token endpoint, as at Kraken.
ISSUER = f"{BASE}/token/"
API = f"{BASE}/v1/graphql/"
# Where the demo applications send people back to; the port may be any, and nothing listens there.
REDIRECT_URI = "http://127.0.0.1:4711/callback"
SIGNED_OUT = "http://127.0.0.1:4711/signed-out"
# What the applications of these scripts ask for.
SCOPE = "openid full-customer-access"
# The demo person that signs in, and their account.
PERSON = "flat-base"
ACCOUNT = "A-F1A7BA5E"
ACCOUNTS = {"query": "{ viewer { accounts { number } } }"}
ONE_ACCOUNT = {"query": '{ account(accountNumber: "%s") { number } }' % ACCOUNT}


def application(name):
    """A demo application: its id, and its secret or None."""
    clients = requests.get(f"{BASE}/_emulator/oauth/clients").json()["clients"]
    (found,) = [client for client in clients if client["name"] == name]
    return found["id"], found.get("secret")


def metadata():
    """What the issuer says of itself."""
    return requests.get(f"{ISSUER}.well-known/openid-configuration").json()


def _post(path, body):
    answer = requests.post(BASE + path, json=body)
    assert answer.status_code == 200, answer.text


def advance(by):
    """Moves kemu's clock: "61s", "2h"."""
    _post("/_emulator/clock", {"action": "advance", "by": by})


def decide_device(decision, user_code):
    """Decides about the device that shows this code, as the person would: "approve" or "deny"."""
    _post(f"/_emulator/oauth/device/{decision}", {"userCode": user_code, "as": PERSON})


def opens_the_account(answer):
    """An answer of the API that has the account of the person who signed in."""
    assert answer.json()["data"]["viewer"]["accounts"] == [{"number": ACCOUNT}], answer.text


def is_refused(answer, code):
    """An answer of the API that has nothing, and why: the token ran out (KT-CT-1124) or was revoked (KT-CT-1162)."""
    body = answer.json()
    assert body["data"]["viewer"] is None
    assert [error["extensions"]["errorCode"] for error in body["errors"]] == [code]


class Person:
    """A person at a browser, which keeps cookies and sends the forms that it is shown."""

    def __init__(self):
        self.browser = mechanicalsoup.Browser(soup_config={"features": "html.parser"})

    def _follow(self, answer):
        """Follows redirects within kemu; ends at a page of kemu (an answer) or at an address elsewhere (a text)."""
        while answer.is_redirect:
            address = urljoin(answer.url, answer.headers["location"])
            if urlsplit(address).netloc != urlsplit(BASE).netloc:
                return address
            answer = self.browser.get(address, allow_redirects=False)
        assert answer.status_code == 200, answer.text
        return answer

    def open(self, address):
        return self._follow(self.browser.get(address, allow_redirects=False))

    def press(self, page, name=None, value=None):
        """Sends the first form of a page, or the one with this button, by that button."""
        found = page.soup.select_one(f'button[name="{name}"][value="{value}"]' if name else "form button")
        assert found is not None, page.text
        form = mechanicalsoup.Form(found.find_parent("form"))
        if name:
            form.choose_submit(found)
        return self._follow(self.browser.submit(form, page.url, allow_redirects=False))

    def sign_in(self, address):
        """Signs in if that is asked for; gives back the page that comes then."""
        seen = self.open(address)
        is_asked = not isinstance(seen, str) and seen.soup.select_one('button[name="person"]')
        return self.press(seen, "person", PERSON) if is_asked else seen

    def decide(self, address, decision="allow"):
        """Signs in, decides ("allow", "deny"), and tells where the browser was sent with that."""
        address = self.press(self.sign_in(address), "decision", decision)
        assert address.startswith(f"{REDIRECT_URI}?"), address
        return address

    def connect_device(self, address, user_code):
        """Allows a device on the pages that its address leads to."""
        asked = self.press(self.sign_in(address))
        assert user_code in asked.text
        self.press(asked, "decision", "allow")
