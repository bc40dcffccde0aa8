#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "firmware/core/base/coding.h"
#include "firmware/core/base/file.h"
#include "firmware/core/central/names.h"
#include "firmware/core/central/phone.h"
#include "firmware/mirror/loader.h"
#include "firmware/mirror/overlay.h"
#include "firmware/mirror/reader.h"
#include "tests/support/test_keys.h"
#include "tests/support/test_till.h"

namespace counterfoil::mirror {

using central::kMaxAmount;
using central::kMaxLineBytes;
using central::kPhoneSaltSetting;
using central::name_of;
using central::phone_hash;
using central::read_header;
using central::read_line;
using central::row_name;
using central::write_header;
using central::write_line;

inline const std::string kPinHash = "$2b$12$" + std::string(53, 'a');
inline const std::string kSalt = "00112233445566778899aabbccddeeff";
inline constexpr std::string_view kAnnasPhone = "+36 30 123 4567";

inline base::Uuid uuid_of(std::uint8_t last) {
    base::Uuid id = base::Uuid::parse("01934f00-0000-7000-8001-000000000000").value();
    id.bytes[15] = last;
    return id;
}

inline Setting salt_setting() {
    return {std::string(kPhoneSaltSetting), "\"" + kSalt + "\""};
}

inline Book sample_book(std::uint32_t number = 42) {
    return {number, "Nyár", 2000, {{5991234000018}, {"Burger", "Köret"}}, true, 2, 5000};
}

inline Product sample_product() {
    return {5991234000018, 101, "Sajtburger", "Burger", 1890, 500, SoldBy::piece};
}

inline Staff sample_staff(const std::string& id = "anna", Role role = Role::manager) {
    return {id, "Kovács Anna", role, kPinHash};
}

inline Member sample_member(std::uint8_t last = 1) {
    Member member;
    member.id = uuid_of(last);
    member.loyalty_id = "L10000" + std::to_string(last);
    member.name = "Nagy Éva";
    member.tier = 2;
    member.points = 1500;
    member.version = 7;
    if (last != 1) return member;
    member.phone_hash = phone_hash(kAnnasPhone, base::from_hex(kSalt).value()).value();
    member.lease = Lease{"T01", 4, 1200, test::kNowSeconds + 500};
    return member;
}

inline Coupon sample_coupon(std::uint8_t last = 1) {
    Coupon coupon;
    coupon.serial = {9, 8, 7, 6, 5, 4, 3, last};
    coupon.code = "COUP-2026-ABCDEFGHJ" + std::to_string(last);
    coupon.book = 42;
    coupon.kind = token::CouponKind::percent;
    coupon.value = 150;
    coupon.not_before_s = test::kNowSeconds;
    coupon.expires_s = test::kNowSeconds + 1000;
    coupon.holder = uuid_of(1);
    coupon.stores = {3, 7};
    coupon.home = 3;
    coupon.uses_left = 2;
    coupon.state = CouponState::assigned;
    coupon.lease = Lease{"T01", 4, 2, test::kNowSeconds + 500};
    return coupon;
}

inline std::vector<Row> sample_rows() {
    Member plain = sample_member(2);
    Coupon bare;
    bare.serial = {1};
    bare.book = 42;
    bare.value = 1000;
    bare.expires_s = test::kNowSeconds;
    Product weighed{5991234000025, {}, "Krumpli", "Köret", 690, 2700, SoldBy::weight};
    return {salt_setting(),   sample_book(),
            sample_product(), weighed,
            sample_staff(),   sample_staff("bela", Role::cashier),
            sample_member(),  plain,
            sample_coupon(),  bare};
}

// A merchant with a key for bundles and one for coupons, and a till's folder.
struct Shop {
    Shop()
        : bundles(crypto::SigningKey::generate(entropy)),
          coupons(crypto::SigningKey::generate(entropy)),
          ring(list()) {}

    token::KeyList list() const {
        const auto listed = [](const crypto::SigningKey& key, std::uint8_t purposes) {
            return token::ListedKey{key.public_key(), purposes, test::kNowSeconds - 1000,
                                    test::kNowSeconds + 1000};
        };
        return {1,
                test::kNowSeconds - 1000,
                test::kNowSeconds + 1000,
                {listed(bundles, token::kForBundles), listed(coupons, token::kForCoupons)}};
    }

    std::filesystem::path database() const { return folder / "mirror.db"; }

    std::string bundle_text(const std::vector<Row>& rows, const BundleHeader& header,
                            crypto::Signer* signer = nullptr) {
        std::ostringstream out;
        auto writer = BundleWriter::begin(out, header).value();
        for (const Row& row : rows) {
            const auto added = writer.add(row);
            if (!added.ok()) ADD_FAILURE() << added.error().line();
        }
        CF_CHECK(writer.finish(signer != nullptr ? *signer : bundles).ok());
        return out.str();
    }

    // Signs lines of any kind, as a centre with a fault would.
    std::string signed_lines(const std::string& content) {
        const auto digest = crypto::sha256({base::as_bytes(content)});
        const auto message = token::write_sign1(digest, token::key_id(bundles.public_key()),
                                                token::CoseTag::tagged, bundles);
        return content + "{\"t\":\"signature\",\"cose\":\"" + base::to_base64url(message.value()) +
               "\"}\n";
    }

    std::filesystem::path file(const std::string& text) {
        const auto path = folder / "shop.bundle";
        CF_CHECK(base::replace_file(path, text, base::Readers::everyone).ok());
        return path;
    }

    base::Result<Loaded> load(const std::string& text,
                              base::WallTime now = test::at_second(test::kNowSeconds)) {
        CF_LET(auto loader, Loader::open(database()));
        return loader.load(file(text), ring, now);
    }

    base::Result<Loaded> load_sample(std::int64_t version = 1, std::int64_t cursor = 0) {
        // Made a minute before it is loaded.
        return load(bundle_text(sample_rows(), {version, cursor, test::kNowSeconds - 60}));
    }

    base::Code refusal_of(const std::string& text) {
        const auto loaded = load(text);
        CF_CHECK(!loaded.ok());
        last_message = loaded.error().message();
        return loaded.error().code();
    }

    test::TemporaryFolder folder;
    test::SeededEntropy entropy{11};
    crypto::SigningKey bundles, coupons;
    token::KeyRing ring;
    std::string last_message;
};

}  // namespace counterfoil::mirror
