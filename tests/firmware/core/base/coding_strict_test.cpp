#include <gtest/gtest.h>

#include <random>

#include "firmware/core/base/coding.h"

namespace counterfoil::base {
namespace {

struct StrictCoding {
    const char* name;
    std::string (*encode)(ByteView);
    Result<Bytes> (*decode)(std::string_view);
    std::string_view alphabet;
    bool reads_letters_alike;
};
constexpr std::array<StrictCoding, 4> kStrictCodings{
    {{"hex", to_hex, from_hex, "0123456789abcdef", false},
     {"base64url", to_base64url, from_base64url,
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", false},
     {"base45", to_base45, from_base45, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", false},
     {"crockford", to_crockford, from_crockford, "0123456789ABCDEFGHJKMNPQRSTVWXYZ", true}}};

Bytes random_bytes(std::mt19937_64& random, std::size_t size) {
    Bytes bytes(size);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    return bytes;
}

// What Crockford's decoder makes of a character before it looks it up.
char read_alike(char c) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == 'I' || c == 'L') return '1';
    return c == 'O' ? '0' : c;
}

// The one rule behind every strictness: a text is taken exactly where it is the text of its bytes.
void expect_canonical(const StrictCoding& coding, const std::string& text) {
    const auto decoded = coding.decode(text);
    if (!decoded.ok()) {
        EXPECT_EQ(decoded.error().code(), Code::malformed) << coding.name << " " << text;
        return;
    }
    std::string plain = text;
    if (coding.reads_letters_alike)
        for (char& c : plain) c = read_alike(c);
    EXPECT_EQ(coding.encode(decoded.value()), plain) << coding.name << " " << text;
}

TEST(StrictCodings, UseTheirAlphabetAndNoOtherCharacter) {
    std::mt19937_64 random(2);
    for (const StrictCoding& coding : kStrictCodings) {
        std::string seen;
        for (char c : coding.encode(random_bytes(random, 20'000)))
            if (seen.find(c) == std::string::npos) seen.push_back(c);
        EXPECT_EQ(seen.size(), coding.alphabet.size()) << coding.name;
        EXPECT_EQ(seen.find_first_not_of(coding.alphabet), std::string::npos) << coding.name;
    }
}

TEST(StrictCodings, TakeNoTextButTheOneOfItsBytes) {
    std::mt19937_64 random(3);
    for (const StrictCoding& coding : kStrictCodings) {
        for (int round = 0; round < 20'000; ++round) {
            std::string text(random() % 12, ' ');
            for (char& c : text) c = coding.alphabet[random() % coding.alphabet.size()];
            expect_canonical(coding, text);
        }
    }
}

TEST(StrictCodings, TakeNoTextWithACharacterChangedAddedOrLost) {
    std::mt19937_64 random(4);
    for (const StrictCoding& coding : kStrictCodings) {
        for (std::size_t size = 0; size <= 9; ++size) {
            const std::string text = coding.encode(random_bytes(random, size));
            for (std::size_t at = 0; at <= text.size(); ++at) {
                for (int c = 0; c < 256; ++c) {
                    std::string longer = text;
                    longer.insert(at, 1, static_cast<char>(c));
                    expect_canonical(coding, longer);
                    if (at < text.size()) longer.erase(at + 1, 1);
                    expect_canonical(coding, longer);
                }
                if (at < text.size()) expect_canonical(coding, std::string(text).erase(at, 1));
            }
        }
    }
}

TEST(StrictCodings, TakeEveryTwoCharactersOnlyWhereTheyAreOneByte) {
    for (const StrictCoding& coding : kStrictCodings) {
        int taken = 0;
        for (char first : coding.alphabet) {
            for (char second : coding.alphabet) {
                const std::string text{first, second};
                taken += coding.decode(text).ok() ? 1 : 0;
                expect_canonical(coding, text);
            }
        }
        EXPECT_EQ(taken, 256) << coding.name;
    }
}

TEST(StrictCodings, SayWhichTextTheyWant) {
    EXPECT_NE(from_hex("AB").error().message().find("lower-case"), std::string::npos);
    EXPECT_NE(from_base45("a").error().message().find("base 45"), std::string::npos);
}

// RFC 4648, section 10, in this project's case.
TEST(Hex, HasThePublishedForms) {
    EXPECT_EQ(to_hex(as_bytes("")), "");
    EXPECT_EQ(to_hex(as_bytes("f")), "66");
    EXPECT_EQ(to_hex(as_bytes("foobar")), "666f6f626172");
    EXPECT_EQ(as_text(from_hex("666f6f626172").value()), "foobar");
}

TEST(Base64url, ReadsThePublishedForms) {
    for (const auto& [coded, plain] :
         std::array<std::pair<const char*, const char*>, 7>{{{"", ""},
                                                             {"Zg", "f"},
                                                             {"Zm8", "fo"},
                                                             {"Zm9v", "foo"},
                                                             {"Zm9vYg", "foob"},
                                                             {"Zm9vYmE", "fooba"},
                                                             {"Zm9vYmFy", "foobar"}}})
        EXPECT_EQ(as_text(from_base64url(coded).value()), plain);
}

TEST(Base64url, DecodesIntoExactlyAsManyBytes) {
    std::array<std::uint8_t, 4> four{};
    EXPECT_TRUE(base64url_into("Zm9vYg", four));
    EXPECT_EQ(as_text(four), "foob");
    for (const char* bad : {"", "Zm9v", "Zm9vYmE", "Zm9vYh", "Zm9vY", "Zm9v+g", "Zm9vYg=="})
        EXPECT_FALSE(base64url_into(bad, four)) << bad;
    EXPECT_TRUE(base64url_into("", {}));
}

// The smallest and the largest of each group, and the next over it.
TEST(Base45, HoldsEachGroupToItsBytes) {
    EXPECT_EQ(to_base45(Bytes{0xff}), "U5");
    EXPECT_FALSE(from_base45("V5").ok());
    EXPECT_EQ(to_base45(Bytes{0xff, 0xff}), "FGW");
    EXPECT_FALSE(from_base45("GGW").ok());
    EXPECT_EQ(to_base45(Bytes{0, 0, 0}), "00000");
    EXPECT_EQ(as_text(from_base45("%69 VD92EX0").value()), "Hello!!");
    EXPECT_EQ(as_text(from_base45("UJCLQE7W581").value()), "base-45");
    EXPECT_EQ(to_base45(as_bytes("ietf!")), "QED8WEX0");
}

// The author's digits: 5 bits a character, most significant first.
TEST(Crockford, WritesTheMostSignificantBitsFirst) {
    EXPECT_EQ(to_crockford(Bytes{0x00, 0x44, 0x32, 0x14, 0xc7}), "01234567");
    EXPECT_EQ(to_crockford(Bytes{0x42, 0x54, 0xb6, 0x35, 0xcf}), "89ABCDEF");
    EXPECT_EQ(to_crockford(Bytes{0xff, 0xff, 0xff, 0xff, 0xff}), "ZZZZZZZZ");
    EXPECT_EQ(to_crockford(Bytes{0xff}), "ZW");
    EXPECT_EQ(from_crockford("zw").value(), Bytes{0xff});
    EXPECT_FALSE(from_crockford("ZX").ok());
}

}  // namespace
}  // namespace counterfoil::base
