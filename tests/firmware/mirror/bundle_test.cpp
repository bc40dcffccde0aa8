#include "firmware/mirror/bundle.h"

#include <gtest/gtest.h>

#include "tests/firmware/mirror/mirror_support.h"

namespace counterfoil::mirror {
namespace {

constexpr std::string_view kHeader =
    "{\"counterfoil_bundle\":1,\"version\":1,\"cursor\":0,\"made\":1}\n";

std::string with_header(const std::string& lines) {
    return std::string(kHeader) + lines;
}

TEST(Bundle, RowsComeBackAsTheyWereWritten) {
    Shop shop;
    const auto path = shop.file(shop.bundle_text(sample_rows(), {3, 9, 77}));
    auto reader = BundleReader::open(path, shop.ring, test::at_second(test::kNowSeconds)).value();
    EXPECT_EQ(reader.header(), (BundleHeader{3, 9, 77}));
    for (const Row& row : sample_rows()) EXPECT_EQ(reader.next().value(), row);
    EXPECT_EQ(reader.next().value(), std::nullopt);
}

TEST(Bundle, AnEmptyOneIsWhole) {
    Shop shop;
    EXPECT_TRUE(shop.load(shop.bundle_text({}, {1, 0, 1})).ok());
}

TEST(Bundle, TheWriterRefusesWhatNoReaderTakes) {
    std::ostringstream out;
    EXPECT_EQ(BundleWriter::begin(out, {0, 0, 1}).error().code(), base::Code::invalid_argument);
    auto writer = BundleWriter::begin(out, {1, 0, 1}).value();
    Coupon percent = sample_coupon();
    percent.value = 1001;
    EXPECT_EQ(writer.add(percent).error().code(), base::Code::invalid_argument);
    EXPECT_TRUE(writer.add(sample_coupon()).ok());
    EXPECT_EQ(writer.add(sample_member()).error().code(), base::Code::invalid_argument);
    Member member = sample_member();
    member.name = "\xff";
    auto other = BundleWriter::begin(out, {1, 0, 1}).value();
    EXPECT_FALSE(other.add(member).ok());
}

TEST(Bundle, TheWriterSaysWhenItsStreamIsFull) {
    Shop shop;
    std::ostringstream out;
    auto writer = BundleWriter::begin(out, {1, 0, 1}).value();
    out.setstate(std::ios::badbit);
    EXPECT_EQ(writer.finish(shop.bundles).error().code(), base::Code::io_failed);
}

TEST(Bundle, MoreRowsThanMayBeAreRefused) {
    std::ostringstream out;
    auto writer = BundleWriter::begin(out, {1, 0, 1}).value();
    Staff staff = sample_staff();
    for (std::int64_t i = 0; i < kMaxRows[3]; ++i) {
        staff.id = std::to_string(i);
        ASSERT_TRUE(writer.add(staff).ok());
    }
    EXPECT_EQ(writer.add(staff).error().code(), base::Code::too_large);
    Shop shop;
    std::string lines;
    for (std::int64_t i = 0; i <= kMaxRows[3]; ++i) {
        staff.id = std::to_string(i);
        lines += write_line(staff).value() + "\n";
    }
    EXPECT_EQ(shop.refusal_of(shop.signed_lines(with_header(lines))), base::Code::too_large);
    EXPECT_NE(shop.last_message.find("line 1002: "), std::string::npos) << shop.last_message;
}

TEST(Bundle, SignedNonsenseIsRefusedWithItsLine) {
    Shop shop;
    const std::string staff = write_line(sample_staff()).value() + "\n";
    const std::string setting = write_line(salt_setting()).value() + "\n";
    struct Case {
        std::string content;
        base::Code code;
        std::string message;
    };
    const std::vector<Case> cases{
        {"", base::Code::foreign_file, "line 1: "},
        {"hello\n", base::Code::malformed, "line 1: "},
        {"{\"counterfoil_bundle\":2}\n", base::Code::unsupported_version, "line 1: "},
        {"{\"counterfoil_bundle\":1,\"version\":1,\"cursor\":0}\n", base::Code::malformed,
         "line 1: \"made\""},
        {staff, base::Code::foreign_file, "line 1: "},
        {with_header(std::string(kHeader)), base::Code::malformed, "line 2: "},
        {with_header(staff + "\n"), base::Code::malformed, "line 3: "},
        {with_header(staff + setting), base::Code::malformed, "line 3: the row stands behind"},
        {with_header("{\"t\":\"shoe\"}\n"), base::Code::malformed, "line 2: it is of no kind"},
        {with_header("{\"t\":5}\n"), base::Code::malformed, "line 2: \"t\""},
        {with_header(std::string(kMaxLineBytes + 1, ' ') + "\n"), base::Code::too_large,
         "line 2: "}};
    for (const Case& wrong : cases) {
        EXPECT_EQ(shop.refusal_of(shop.signed_lines(wrong.content)), wrong.code) << wrong.content;
        EXPECT_NE(shop.last_message.find(wrong.message), std::string::npos) << shop.last_message;
    }
}

TEST(Bundle, TheSignatureHasOneFormAndOnePlace) {
    Shop shop;
    const std::string good = shop.bundle_text(sample_rows(), {1, 0, 1});
    const std::size_t start = good.rfind("{\"t\":\"signature\"");
    const std::string content = good.substr(0, start);
    const std::string signature = good.substr(start);
    const auto replaced = [&](std::string_view what, std::string_view by) {
        std::string text = signature;
        return content + text.replace(text.find(what), what.size(), by);
    };
    const std::vector<std::string> bad{
        content,
        good.substr(0, good.size() - 1),
        good + "\n",
        good + signature,
        good + " ",
        signature + content,
        signature,
        replaced("{\"t\"", "{ \"t\""),
        replaced("\"}", "\" }"),
        replaced("\"}", "A\"}"),
        replaced("\"}", "=\"}"),
        replaced("\"cose\":\"", "\"cose\":\"AAAA"),
        content + "{\"t\":\"signature\",\"cose\":\"\"}\n",
        content + "{\"t\":\"signature\",\"cose\":\"" + std::string(4000, 'A') + "\"}\n"};
    for (const std::string& text : bad) EXPECT_FALSE(shop.load(text).ok()) << text;
    EXPECT_TRUE(shop.load(good).ok());
}

TEST(Bundle, AFileThatIsChangedWhileItIsReadIsNotBelieved) {
    Shop shop;
    std::vector<Row> rows;
    for (int i = 0; i < 900; ++i) rows.push_back(sample_staff("person" + std::to_string(i)));
    const std::string good = shop.bundle_text(rows, {1, 0, 1});
    const auto path = shop.file(good);
    auto reader = BundleReader::open(path, shop.ring, test::at_second(test::kNowSeconds)).value();
    // In place, as another program would that has the file open: the last row's name.
    std::fstream out(path, std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(static_cast<std::streamoff>(good.rfind("Anna")));
    out << "Hugo";
    out.close();
    base::Result<std::optional<Row>> row = reader.next();
    while (row.ok() && row.value()) row = reader.next();
    ASSERT_FALSE(row.ok());
    EXPECT_EQ(row.error().code(), base::Code::bad_signature);
}

}  // namespace
}  // namespace counterfoil::mirror
