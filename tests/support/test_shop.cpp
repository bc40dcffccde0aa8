#include "tests/support/test_shop.h"

#include <fstream>

#include "firmware/core/central/phone.h"
#include "firmware/core/crypto/pin_hash.h"
#include "firmware/core/token/product_code.h"

namespace counterfoil::test {

using mirror::Row;
using mirror::SoldBy;
using token::CouponKind;

namespace {

constexpr std::int64_t kDay = 24 * 60 * 60;
constexpr const char* kSalt = "00112233445566778899aabbccddeeff";

// One hash for everybody: making it takes a third of a second.
const std::string& pin_hash() {
    static const std::string hash = [] {
        SeededEntropy entropy(3);
        return crypto::hash_pin(kPin, entropy).value();
    }();
    return hash;
}

mirror::Member member_row(int number) {
    mirror::Member member;
    member.id = TestShop::member(number);
    member.loyalty_id = "CUST00" + std::to_string(number);
    member.name = number == 1 ? "Nagy Éva" : "Kiss Ödön";
    member.tier = number == 1 ? 1 : 0;
    member.points = number == 1 ? 500 : 50;
    member.version = 1;
    if (number != 1) return member;
    member.phone_hash = central::phone_hash("+36301234567", hex(kSalt)).value();
    member.lease = TestShop::lease(200);
    return member;
}

mirror::Book book_row(std::uint32_t number, const std::string& name, std::int64_t min_basket) {
    mirror::Book book;
    book.number = number;
    book.name = name;
    book.min_basket_minor = min_basket;
    book.stackable = number > 1;
    book.per_customer_limit = number == 2 ? std::optional<std::int64_t>(2) : std::nullopt;
    if (number == 2) book.scope.categories = {"Burger"};
    return book;
}

}  // namespace

std::int64_t TestShop::gtin(int plu) {
    const std::string digits = token::with_check_digit("599123400" + std::to_string(plu));
    return static_cast<std::int64_t>(token::read_gtin(digits).value());
}

base::Uuid TestShop::member(int number) {
    base::Uuid id = base::Uuid::parse("01934f00-0000-7000-8001-000000000000").value();
    id.bytes[15] = static_cast<std::uint8_t>(number);
    return id;
}

std::string TestShop::code(int number) {
    return "COUP-2026-ABCDEFGH" + std::to_string(10 + number);
}

mirror::Lease TestShop::lease(std::int64_t quantity) {
    return {"T01", 1, quantity, kNowSeconds + 90 * kDay};
}

mirror::Coupon TestShop::coupon(int number, std::uint32_t book) {
    static constexpr CouponKind kKinds[] = {CouponKind::fixed, CouponKind::percent,
                                            CouponKind::bonus_points, CouponKind::free_product};
    static constexpr std::uint32_t kValues[] = {1000, 100, 50, 103};
    mirror::Coupon coupon;
    coupon.serial = {7, 7, 7, 7, 7, 7, 7, static_cast<std::uint8_t>(number)};
    coupon.code = code(number);
    coupon.book = book;
    coupon.kind = kKinds[book - 1];
    coupon.value = kValues[book - 1];
    coupon.not_before_s = kNowSeconds - kDay;
    coupon.expires_s = kNowSeconds + 90 * kDay;
    coupon.home = 3;
    coupon.lease = lease(1);
    return coupon;
}

mirror::Setting TestShop::policy(const std::string& name) {
    return {"coupon_policy", "{\"policy\":\"" + name +
                                 "\",\"face_minor\":1500,\"terminal_minor\":2500,"
                                 "\"member_minor\":2000,\"hours\":72}"};
}

std::vector<Row> TestShop::default_rows() {
    std::vector<Row> rows{
        mirror::Setting{"currency", "\"HUF\""},
        mirror::Setting{"phone_salt", std::string("\"") + kSalt + "\""},
        policy("strict"),
        mirror::Setting{"points_coupon",
                        "{\"points\":100,\"book\":1,\"value_minor\":1000,\"days\":90}"},
        mirror::Setting{"shop_name", "\"Csillag Burger\""},
        mirror::Setting{"shop_address", "\"1051 Budapest, Őrház utca 1.\""},
        mirror::Setting{"shop_tax_number", "\"12345678-2-42\""},
        mirror::Setting{"receipt_footer", "\"Köszönjük, hogy nálunk vásárolt!\""},
        mirror::Setting{"receipt_link", "\"https://burger.example/r\""},
        book_row(1, "1000 Ft kedvezmény", 3000),
        book_row(2, "Tíz százalék burgerre", 0),
        book_row(3, "Ötven bónuszpont", 1000),
        book_row(4, "Ajándék szörp", 2000),
        mirror::Product{gtin(101), 101, "Sajtburger", "Burger", 1890, 500, SoldBy::piece},
        mirror::Product{gtin(102), 102, "Kifli", "Pékáru", 290, 1800, SoldBy::piece},
        mirror::Product{gtin(103), 103, "Szörp", "Ital", 690, 2700, SoldBy::piece},
        mirror::Product{gtin(104), 104, "Saláta", "Köret", 3490, 500, SoldBy::weight},
        mirror::Staff{"anna", "Kovács Anna", mirror::Role::manager, pin_hash()},
        mirror::Staff{"bela", "Tóth Béla", mirror::Role::cashier, pin_hash()}};
    for (int number = 1; number <= 9; ++number) rows.emplace_back(member_row(number));
    for (int number = 1; number <= 40; ++number)
        rows.emplace_back(coupon(number, static_cast<std::uint32_t>((number - 1) / 10 + 1)));
    return rows;
}

TestShop::TestShop(std::vector<Row> rows) : bundles_(crypto::SigningKey::generate(keys.entropy)) {
    load(rows, 1);
    journal_.emplace(
        journal::Journal::create(journal::Paths::in(folder.path()), till.world(), till.certificates)
            .value());
    restart();
}

void TestShop::load(const std::vector<Row>& rows, std::int64_t version, std::int64_t cursor) {
    const auto path = folder / "shop.bundle";
    std::ofstream out(path, std::ios::binary);
    auto writer = mirror::BundleWriter::begin(out, {version, cursor, kNowSeconds - 60}).value();
    for (const Row& row : rows) CF_CHECK(writer.add(row).ok());
    CF_CHECK(writer.finish(bundles_).ok());
    out.close();
    token::KeyList list = keys.list();
    list.keys.push_back(keys.listed(bundles_, token::kForBundles));
    const token::KeyRing ring(list);
    auto bundle = mirror::BundleReader::open(path, ring, till.clock.now());
    CF_CHECK(bundle.ok());
    auto loader = mirror::Loader::open(folder / "mirror.db");
    CF_CHECK(loader.ok());
    CF_CHECK(loader.value().load(std::move(bundle).value(), till.clock.now()).ok());
}

void TestShop::stop() {
    desk_.reset();
    desk_file_.reset();
    mirror_.reset();
    journal_.reset();
}

void TestShop::restart(const char* vfs) {
    stop();
    journal::Paths paths = journal::Paths::in(folder.path());
    paths.vfs = vfs;
    journal_.emplace(journal::Journal::open(paths, till.world()).value());
    mirror_.emplace(mirror::Mirror::open(folder / "mirror.db").value());
    desk_file_.emplace(checkout::DeskFile::open(folder / "desk.db", vfs).value());
    trust_.emplace(checkout::Trust{token::KeyRing(keys.list()), {}});
    desk_ = checkout::CashDesk::open(
                {{*journal_, *mirror_, *desk_file_, till.clock, &*trust_}, till.entropy, 3})
                .value();
}

void TestShop::sign_in(const std::string& staff) {
    CF_CHECK(desk().staff().sign_out("kiosk").ok());
    CF_CHECK(desk_file_->sign_in("kiosk", {staff, till.clock.now(), ""}).ok());
}

std::string TestShop::phone_code() {
    token::MemberCertificate certificate = keys.certificate();
    certificate.member = member(1);
    certificate.tier = 1;
    return keys.member_text(certificate, {token::seconds_of(till.clock.now()), ++shown_});
}

std::string TestShop::signed_coupon(token::Coupon coupon) {
    return token::write_coupon(coupon, keys.coupons).value();
}

void TestShop::revoke(const token::CouponSerial& serial) {
    const token::RevocationDelta delta{0, 1, kNowSeconds, {token::revocation_of(serial)}};
    const auto bytes = token::write_delta(delta, keys.revocations).value();
    const auto read = token::read_delta(bytes);
    CF_CHECK(read.ok() && trust_->revoked.apply(read.value(), trust_->keys).ok());
}

checkout::Basket TestShop::basket(const std::vector<std::pair<int, int>>& pieces) {
    checkout::Basket basket;
    for (const auto& [plu, count] : pieces) {
        checkout::BasketLine line;
        line.code = std::to_string(plu);
        line.quantity_milli = count * ledger::kOne;
        basket.lines.push_back(line);
    }
    return basket;
}

}  // namespace counterfoil::test
