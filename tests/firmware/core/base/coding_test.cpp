#include "firmware/core/base/coding.h"

#include <gtest/gtest.h>

#include <random>

namespace counterfoil::base {
namespace {

Bytes bytes_of(std::string_view text) {
    const ByteView view = as_bytes(text);
    return Bytes(view.begin(), view.end());
}

struct Coding {
    const char* name;
    std::string (*encode)(ByteView);
    Result<Bytes> (*decode)(std::string_view);
};
constexpr std::array<Coding, 4> kCodings{{{"hex", to_hex, from_hex},
                                          {"base64url", to_base64url, from_base64url},
                                          {"base45", to_base45, from_base45},
                                          {"crockford", to_crockford, from_crockford}}};

TEST(Codings, GiveBackWhatTheyTook) {
    std::mt19937_64 random(1);
    for (const Coding& coding : kCodings) {
        for (std::size_t size = 0; size < 70; ++size) {
            Bytes bytes(size);
            for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
            const auto back = coding.decode(coding.encode(bytes));
            ASSERT_TRUE(back.ok()) << coding.name << " " << size;
            EXPECT_EQ(back.value(), bytes);
        }
    }
}

// No two texts mean the same bytes, but for the letters that Crockford's alphabet reads alike.
TEST(Codings, HaveOneTextForEachValue) {
    for (const Coding& coding : kCodings) {
        const Bytes bytes = bytes_of("Sajtburger");
        const std::string text = coding.encode(ByteView(bytes).first(7));
        for (std::size_t i = 0; i < text.size(); ++i) {
            for (int c = 0; c < 256; ++c) {
                std::string changed = text;
                changed[i] = static_cast<char>(c);
                const auto decoded = coding.decode(changed);
                if (changed == text || !decoded.ok()) continue;
                const bool same = decoded.value() == Bytes(bytes.begin(), bytes.begin() + 7);
                EXPECT_TRUE(!same || coding.decode == from_crockford)
                    << coding.name << " " << changed;
            }
        }
    }
}

TEST(Hex, RefusesUpperCaseAndOddLength) {
    EXPECT_EQ(to_hex(bytes_of("\x01\xab")), "01ab");
    EXPECT_FALSE(from_hex("01AB").ok());
    EXPECT_FALSE(from_hex("01a").ok());
    EXPECT_FALSE(from_hex("0g").ok());
}

TEST(Hex, DecodesIntoExactlyAsManyBytes) {
    std::array<std::uint8_t, 2> two{};
    EXPECT_TRUE(hex_into("01ab", two));
    EXPECT_FALSE(hex_into("01", two));
    EXPECT_FALSE(hex_into("01ab00", two));
}

TEST(Base64url, HasThePublishedForms) {
    const std::array<std::pair<const char*, const char*>, 7> vectors{{{"", ""},
                                                                      {"f", "Zg"},
                                                                      {"fo", "Zm8"},
                                                                      {"foo", "Zm9v"},
                                                                      {"foob", "Zm9vYg"},
                                                                      {"fooba", "Zm9vYmE"},
                                                                      {"foobar", "Zm9vYmFy"}}};
    for (const auto& [plain, coded] : vectors) EXPECT_EQ(to_base64url(bytes_of(plain)), coded);
    EXPECT_EQ(to_base64url(bytes_of("\xfb\xff")), "-_8");
}

TEST(Base64url, RefusesPaddingForeignLettersAndUnusedBits) {
    for (const char* bad : {"Zg==", "Zg=", "Z", "Zm9vY", "+/8", "Zh", "Zm9", " Zg", "Zg\n"})
        EXPECT_FALSE(from_base64url(bad).ok()) << bad;
}

TEST(Base45, HasThePublishedForms) {
    EXPECT_EQ(to_base45(bytes_of("AB")), "BB8");
    EXPECT_EQ(to_base45(bytes_of("Hello!!")), "%69 VD92EX0");
    EXPECT_EQ(to_base45(bytes_of("base-45")), "UJCLQE7W581");
    EXPECT_EQ(from_base45("QED8WEX0").value(), bytes_of("ietf!"));
}

TEST(Base45, RefusesAGroupOverItsLimit) {
    for (const char* bad : {"GGW", ":::", "A", "BB8A", "::", "bb8", "B\xc3\xa9"})
        EXPECT_FALSE(from_base45(bad).ok()) << bad;
}

TEST(Crockford, ReadsWhatPeopleConfuse) {
    const Bytes bytes = bytes_of("\x08\x42");
    const std::string text = to_crockford(bytes);
    EXPECT_EQ(text, "1110");
    EXPECT_EQ(from_crockford("iIlO").value(), bytes);
    EXPECT_EQ(from_crockford("LLLo").value(), bytes);
    EXPECT_FALSE(from_crockford("111U").ok());
    EXPECT_FALSE(from_crockford("1111").ok());
}

TEST(Utf8, AcceptsTextAndRefusesWhatOnlyLooksLikeIt) {
    for (const char* good : {"", "plain", "Árvíztűrő tükörfúrógép", "привет", "\xf0\x9f\x8d\x94",
                             "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf", "twelve bytes\xc3\xa9!"})
        EXPECT_TRUE(is_utf8(good)) << good;
    for (const char* bad : {"\x80", "\xc3", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80",
                            "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff",
                            "eight ok \xe2\x82", "\xc3(", "01234567\x80"})
        EXPECT_FALSE(is_utf8(bad)) << bad;
}

}  // namespace
}  // namespace counterfoil::base
