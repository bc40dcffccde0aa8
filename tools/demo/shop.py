"""What the demo's merchant sells, to whom and by whom, put into the centre once; tills get it from
there."""

import json
import pathlib

SHOP = pathlib.Path(__file__).with_name("shop.json")
CODES_TOLD = 2  # of each book


def add_book(web, book):
    """Codes of it to try."""
    made = web.done("POST", "/api/v1/books", {"name": book["name"], "value": book["value"],
                                              "pattern": {"prefix": book["prefix"]}})
    web.done("POST", f"/api/v1/books/{made['id']}/generate", {"count": book["count"]})
    coupons = web.done("GET", f"/api/v1/books/{made['id']}/coupons")["coupons"]
    return [coupon["code"] for coupon in coupons[:CODES_TOLD]]


def add_shop(web):
    """Returns what is told once: the PINs of who works there, and codes of coupons."""
    shop = json.loads(SHOP.read_text(encoding="utf-8"))
    for name, value in shop["settings"].items():
        web.done("PUT", f"/api/settings/{name}", {"value": json.dumps(value, ensure_ascii=False)})
    for gtin, product in shop["products"].items():
        web.done("PUT", f"/api/products/{gtin}", product)
    for member in shop["members"]:
        web.done("POST", "/api/customers", member)
    coupons = [code for book in shop["books"] for code in add_book(web, book)]
    pins = {name: web.done("PUT", f"/api/staff/{name}", person)["pin_code"]
            for name, person in shop["staff"].items()}
    return pins, coupons
