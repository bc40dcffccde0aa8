#include "tools/counterfoil/demo.h"

#include "firmware/core/base/coding.h"
#include "firmware/core/central/phone.h"
#include "firmware/core/token/product_code.h"
#include "tools/counterfoil/shop_settings.h"

namespace counterfoil::tool {

using base::Status;
using mirror::SoldBy;

namespace {

constexpr std::int64_t kDaySeconds = 24 * 60 * 60;
constexpr std::int64_t kLeaseDays = 90;

struct MenuItem {
    std::string_view name;
    std::string_view category;
    std::int64_t price_minor;
    std::int64_t vat_basis_points;
    SoldBy sold_by = SoldBy::piece;
};
// Meals are taxed at 5 %, milk and bread at 18 %, drinks and the rest at 27 %.
constexpr std::array<MenuItem, 20> kMenu{{{"Sajtburger", "Burger", 1890, 500},
                                          {"Dupla húsos burger", "Burger", 2690, 500},
                                          {"Csirkeburger", "Burger", 2150, 500},
                                          {"Mangalicaburger", "Burger", 3290, 500},
                                          {"Rántott sajtos burger", "Burger", 1990, 500},
                                          {"Hasábburgonya", "Köret", 890, 500},
                                          {"Édesburgonya", "Köret", 1190, 500},
                                          {"Hagymakarika", "Köret", 990, 500},
                                          {"Káposztasaláta", "Köret", 3490, 500, SoldBy::weight},
                                          {"Málnaszörp 0,4 l", "Ital", 690, 2700},
                                          {"Ásványvíz 0,5 l", "Ital", 450, 2700},
                                          {"Bodzás limonádé 0,4 l", "Ital", 890, 2700},
                                          {"Őszibarackos sör 0,33 l", "Ital", 990, 2700},
                                          {"Kézműves sör 0,5 l", "Ital", 1490, 2700},
                                          {"Vaníliás tejturmix", "Desszert", 1290, 1800},
                                          {"Túrógombóc", "Desszert", 1390, 500},
                                          {"Vajas kifli", "Pékáru", 290, 1800},
                                          {"Burgerzsemle, 4 darab", "Pékáru", 790, 1800},
                                          {"Füstölt szósz 250 ml", "Bolt", 1590, 2700},
                                          {"Vászontáska", "Bolt", 2490, 2700}}};
constexpr std::int64_t kFirstPlu = 101;
constexpr std::int64_t kGiftPlu = 110;  // the raspberry drink
constexpr std::int64_t kFirstNumber = 599123400001;

constexpr std::array<std::string_view, 24> kSurnames{
    "Nagy",   "Kovács", "Tóth",   "Szabó",  "Horváth",  "Varga",  "Kiss",    "Molnár",
    "Németh", "Farkas", "Balogh", "Papp",   "Takács",   "Juhász", "Lakatos", "Mészáros",
    "Oláh",   "Simon",  "Rácz",   "Fekete", "Szilágyi", "Török",  "Fehér",   "Gál"};
constexpr std::array<std::string_view, 24> kGivenNames{
    "Anna",   "Béla",   "Csilla",  "Dániel", "Eszter", "Ferenc",  "Gábor",   "Hanna",
    "Ildikó", "János",  "Katalin", "László", "Mária",  "Norbert", "Orsolya", "Péter",
    "Réka",   "Sándor", "Tamás",   "Vilmos", "Zsófia", "Zoltán",  "Ágnes",   "Ödön"};
constexpr std::array<std::string_view, 3> kMobilePrefixes{"+3620", "+3630", "+3670"};

struct DemoBook {
    std::string_view name;
    token::CouponKind kind;
    std::uint32_t value;
    std::int64_t min_basket_minor;
    std::string_view category;  // none: everything
    bool stackable;
    std::optional<std::int64_t> per_customer_limit;  // where there is one, it is for members
};
constexpr std::array<DemoBook, 4> kBooks{
    {{"1000 Ft kedvezmény", token::CouponKind::fixed, 1000, 3000, "", false, {}},
     {"Tíz százalék burgerre", token::CouponKind::percent, 100, 0, "Burger", false, 5},
     {"Ötven bónuszpont", token::CouponKind::bonus_points, 50, 1000, "", true, 5},
     {"Ajándék málnaszörp", token::CouponKind::free_product, kGiftPlu, 2000, "", true, {}}}};

// A mixing of 64 bits that never makes one number out of two.
std::uint64_t mix(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

std::int64_t product_number(std::int64_t twelve_digits) {
    const auto gtin = token::read_gtin(token::with_check_digit(std::to_string(twelve_digits)));
    CF_CHECK(gtin.ok());
    return static_cast<std::int64_t>(gtin.value());
}

std::string padded(std::uint64_t number, std::size_t digits) {
    std::string text = std::to_string(number);
    return text.insert(0, digits - text.size(), '0');
}

template <std::size_t size>
std::string_view one_of(const std::array<std::string_view, size>& words, std::uint64_t random) {
    return words.at(static_cast<std::size_t>(random % size));
}

mirror::Product product(std::size_t index) {
    const MenuItem& item = kMenu.at(index);
    const auto number = static_cast<std::int64_t>(index);
    return {product_number(kFirstNumber + number),
            kFirstPlu + number,
            std::string(item.name),
            std::string(item.category),
            item.price_minor,
            item.vat_basis_points,
            item.sold_by};
}

mirror::Book book(std::size_t index) {
    const DemoBook& demo = kBooks.at(index);
    mirror::Book book;
    book.number = static_cast<std::uint32_t>(index + 1);
    book.name = demo.name;
    book.min_basket_minor = demo.min_basket_minor;
    if (!demo.category.empty()) book.scope.categories.emplace_back(demo.category);
    book.stackable = demo.stackable;
    book.per_customer_limit = demo.per_customer_limit;
    return book;
}

}  // namespace

std::vector<mirror::Staff> DemoShop::staff() {
    using mirror::Role;
    return {{"anna", "Kovács Anna", Role::manager, {}},
            {"bela", "Tóth Béla", Role::cashier, {}},
            {"csilla", "Nagy Csilla", Role::cashier, {}},
            {"odon", "Szabó Ödön", Role::cashier, {}}};
}

Status DemoShop::write(mirror::BundleWriter& bundle,
                       const std::vector<mirror::Staff>& staff) const {
    CF_TRY(add_needed_settings(bundle, options_.salt, options_.policy));
    CF_TRY(add_demo_settings(bundle));
    for (std::size_t i = 0; i < kBooks.size(); ++i) CF_TRY(bundle.add(book(i)));
    for (std::size_t i = 0; i < kMenu.size(); ++i) CF_TRY(bundle.add(product(i)));
    for (const mirror::Staff& person : staff) CF_TRY(bundle.add(person));
    for (std::int64_t i = 0; i < options_.members; ++i) CF_TRY(bundle.add(member(i)));
    for (std::int64_t i = 0; i < options_.coupons; ++i) CF_TRY(bundle.add(coupon(i)));
    return {};
}

std::vector<DemoSample> DemoShop::samples() const {
    std::vector<DemoSample> samples;
    for (std::int64_t i = 0; i < options_.coupons && samples.size() < kBooks.size(); ++i) {
        const mirror::Coupon found = coupon(i);
        const bool is_next = found.book == samples.size() + 1;
        if (is_next && !found.holder && found.expires_s > options_.now_s)
            samples.push_back({*found.code, std::string(kBooks.at(found.book - 1).name)});
    }
    return samples;
}

// Different for each index, and unrelated between streams.
std::uint64_t DemoShop::mixed(std::uint64_t stream, std::int64_t index) const {
    return mix(mix(mix(options_.seed) ^ stream) + static_cast<std::uint64_t>(index));
}

// The whole quantity, if there is any.
std::optional<mirror::Lease> DemoShop::lease_of(std::int64_t quantity) const {
    if (options_.leased_to.empty() || quantity <= 0) return {};
    return mirror::Lease{options_.leased_to, 1, quantity,
                         options_.now_s + kLeaseDays * kDaySeconds};
}

// A UUID of version 7, as if members had joined one a second, the last one now.
base::Uuid DemoShop::member_id(std::int64_t index) const {
    base::Uuid id;
    const auto joined_ms =
        static_cast<std::uint64_t>((options_.now_s - options_.members + index) * 1000);
    for (std::size_t i = 0; i < 6; ++i)
        id.bytes.at(i) = static_cast<std::uint8_t>(joined_ms >> (8 * (5 - i)));
    const std::uint64_t random = mixed(1, index);
    for (std::size_t i = 0; i < 8; ++i)
        id.bytes.at(8 + i) = static_cast<std::uint8_t>(random >> (8 * i));
    id.bytes[6] = 0x70;
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
    return id;
}

mirror::Member DemoShop::member(std::int64_t index) const {
    constexpr std::uint64_t kSevenDigitPrime = 9'999'991;
    const std::uint64_t random = mixed(2, index);
    mirror::Member member;
    member.id = member_id(index);
    // The first has the one that printed examples show.
    member.loyalty_id =
        index == 0 ? "CUST001" : "L" + padded(static_cast<std::uint64_t>(index) + 1, 8);
    member.name = std::string(one_of(kSurnames, random)) + " " +
                  std::string(one_of(kGivenNames, random >> 16));
    // A prime's multiples do not meet, so no two members share a number; one in ten gave none.
    const std::uint64_t number = static_cast<std::uint64_t>(index) * 104'729 % kSevenDigitPrime;
    const std::string phone =
        std::string(one_of(kMobilePrefixes, random >> 24)) + padded(number, 7);
    auto hash = central::phone_hash(phone, options_.salt);
    CF_CHECK(hash.ok());
    if (index % 10 != 9) member.phone_hash = hash.value();
    member.tier = static_cast<std::uint8_t>((random >> 32) % 16 / 6);
    member.points = static_cast<std::int64_t>((random >> 40) % 5000);
    member.version = 1;
    member.lease = lease_of(member.points);
    return member;
}

std::string DemoShop::code(std::int64_t index) const {
    // Ten characters of five bits: an odd factor permutes the numbers of 50 bits.
    constexpr std::uint64_t kMask = (1ULL << 50) - 1;
    std::uint64_t number = static_cast<std::uint64_t>(index) + mixed(3, 0);
    number = (number * 0x9e3779b97f4a7c15) & kMask;
    number ^= number >> 25;
    number <<= 14;
    base::Bytes bytes;
    for (int shift = 56; shift >= 0; shift -= 8)
        bytes.push_back(static_cast<std::uint8_t>(number >> shift));
    const std::string year = base::to_rfc3339({options_.now_s * 1000}).substr(0, 4);
    return "COUP-" + year + "-" + base::to_crockford(bytes).substr(0, 10);
}

mirror::Coupon DemoShop::coupon(std::int64_t index) const {
    const auto which = static_cast<std::size_t>(index) % kBooks.size();
    const std::uint64_t random = mixed(4, index);
    mirror::Coupon coupon;
    const std::uint64_t serial = mixed(5, index);
    for (std::size_t i = 0; i < coupon.serial.size(); ++i)
        coupon.serial.at(i) = static_cast<std::uint8_t>(serial >> (8 * i));
    coupon.code = code(index);
    coupon.book = static_cast<std::uint32_t>(which + 1);
    coupon.kind = kBooks.at(which).kind;
    coupon.value = kBooks.at(which).value;
    coupon.not_before_s = options_.now_s - kDaySeconds;
    // One in twenty ran out already.
    coupon.expires_s = options_.now_s + (random % 20 == 0 ? -1 : 90 * kDaySeconds);
    coupon.home = 1;
    if (options_.members > 0 && random % 5 == 1) {
        const auto holder = (random >> 8) % static_cast<std::uint64_t>(options_.members);
        coupon.holder = member_id(static_cast<std::int64_t>(holder));
        coupon.state = mirror::CouponState::assigned;
    }
    if (coupon.expires_s > options_.now_s) coupon.lease = lease_of(coupon.uses_left);
    return coupon;
}

}  // namespace counterfoil::tool
