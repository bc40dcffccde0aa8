#include "firmware/till/board.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "firmware/core/base/file.h"
#include "firmware/core/json/json.h"
#include "firmware/devices/serial_line.h"
#include "tests/support/test_till.h"

namespace counterfoil::till {
namespace {

using Texts = std::vector<std::string>;

const std::filesystem::path kBoards = COUNTERFOIL_BOARDS;

json::Document parse_file(const std::filesystem::path& path) {
    const auto text = base::read_file(path, 1 << 20);
    CF_CHECK(text.ok());
    auto document = json::Document::parse(text.value());
    CF_CHECK(document.ok());
    return std::move(document).value();
}

// A value that is not as its schema has it, and what the reader has to say of it.
struct Bad {
    std::string text;
    std::string said;
};

// Values made of a schema: `good` ones, of which the first is the simplest, and `bad` ones. Each
// differs from the first in one place.
struct Samples {
    Texts good;
    std::vector<Bad> bad;

    void wrap(const Samples& inner, const std::string& before, const std::string& after) {
        for (const std::string& text : inner.good) good.push_back(before + text + after);
        for (const Bad& one : inner.bad) bad.push_back({before + one.text + after, one.said});
    }
};

std::string in_quotes(std::string_view text) {
    return '"' + std::string(text) + '"';
}

std::string repeated(std::string_view text, std::int64_t count) {
    std::string all;
    for (std::int64_t i = 0; i < count; ++i) all += text;
    return all;
}

class Sampler {
  public:
    explicit Sampler(json::Value schema) : schema_(schema) {}

    Samples of(json::Value rule, const std::string& where) const {
        if (const auto reference = rule.find("$ref"); reference) {
            const auto name = reference->text()->substr(std::string_view("#/$defs/").size());
            return of(*schema_.find("$defs")->find(name), where);
        }
        if (const auto choices = rule.find("oneOf")) return of_any(*choices, where);
        if (const auto choices = rule.find("enum")) return of_choices(*choices, where);
        if (const auto only = rule.find("const")) return of_only(*only, where);
        const auto type = rule.text("type").value();
        if (type == "null") return {{"null"}, {}};
        if (type == "boolean") return {{"true", "false"}, wrong(where, {"1", "\"true\"", "null"})};
        if (type == "integer") return of_numbers(rule, where);
        if (type == "string") return of_texts(rule, where);
        if (type == "array") return of_array(rule, where);
        return of_object(rule, where);
    }

  private:
    static std::vector<Bad> wrong(const std::string& where, const Texts& texts) {
        std::vector<Bad> bad;
        for (const std::string& text : texts) bad.push_back({text, where + ": "});
        return bad;
    }
    static std::string written(json::Value value) {
        if (const auto text = value.text()) return in_quotes(*text);
        if (const auto flag = value.boolean()) return *flag ? "true" : "false";
        return std::to_string(*value.integer());
    }

    Samples of_any(json::Value choices, const std::string& where) const {
        Samples samples;
        for (auto choice = choices.first(); choice; choice = choice->next())
            samples.wrap(of(*choice, where), "", "");
        return samples;
    }
    Samples of_choices(json::Value choices, const std::string& where) const {
        Samples samples{{}, wrong(where, {"\"\"", "\"other\"", "0", "-1", "3", "null", "[]"})};
        for (auto choice = choices.first(); choice; choice = choice->next()) {
            samples.good.push_back(written(*choice));
            if (const auto number = choice->integer())
                samples.bad.push_back({std::to_string(*number + 1), where + ": "});
        }
        return samples;
    }
    // Of a flag, the other value can be right in another choice.
    Samples of_only(json::Value only, const std::string& where) const {
        Samples samples{{written(only)}, wrong(where, {"\"other\"", "7", "null"})};
        return samples;
    }
    Samples of_numbers(json::Value rule, const std::string& where) const {
        const auto low = rule.integer("minimum").value();
        const auto high = rule.integer("maximum").value();
        return {{std::to_string(low), std::to_string(high)},
                wrong(where, {std::to_string(low - 1), std::to_string(high + 1), "1.5",
                              in_quotes(std::to_string(low)), "null", "true"})};
    }
    Samples of_texts(json::Value rule, const std::string& where) const {
        const auto least = rule.integer("minLength").value();
        const auto most = rule.integer("maxLength").value();
        Samples samples{{},
                        wrong(where, {in_quotes(repeated("a", least - 1)),
                                      in_quotes(repeated("ő", most + 1)), "1", "null", "[]"})};
        const auto examples = rule.find("examples");
        for (auto one = examples ? examples->first() : std::nullopt; one; one = one->next())
            samples.good.push_back(written(*one));
        if (rule.find("anyOf")) samples.bad.push_back({"\"localhost\"", where + ": "});
        if (samples.good.empty())
            samples.good = {in_quotes(repeated("a", least)), in_quotes(repeated("ő", most))};
        return samples;
    }
    Samples of_array(json::Value rule, const std::string& where) const {
        const Samples items = of(*rule.find("items"), where + "[0]");
        const auto most = rule.integer("maxItems").value();
        const bool may_be_empty = !rule.find("minItems");
        Samples samples{{}, wrong(where, {"{}", "null", "\"\""})};
        if (may_be_empty)
            samples.good.push_back("[]");
        else
            samples.bad.push_back({"[]", where + ": "});
        samples.wrap(items, "[", "]");
        samples.bad.push_back({"[7]", where + "[0]: "});
        const auto filled = [&](std::int64_t count) {
            return "[" + repeated(items.good[0] + ",", count - 1) + items.good[0] + "]";
        };
        samples.good.push_back(filled(most));
        samples.bad.push_back({filled(most + 1), where + ": "});
        return samples;
    }

    struct Member {
        std::string name;
        Samples samples;
        bool is_required = false;
    };
    static std::string object(const std::vector<Member>& members, const std::string& changed = "",
                              const std::string& value = "") {
        std::string text;
        for (const Member& member : members) {
            const bool is_changed = member.name == changed;
            if (is_changed ? value.empty() : !member.is_required) continue;
            text += (text.empty() ? "" : ",") + in_quotes(member.name) + ":" +
                    (is_changed ? value : member.samples.good[0]);
        }
        return "{" + text + "}";
    }
    Samples of_object(json::Value rule, const std::string& where) const {
        EXPECT_EQ(rule.find("additionalProperties")->boolean(), false) << where;
        const std::string before = where.empty() ? "" : where + ".";
        std::vector<Member> members;
        const auto properties = rule.object("properties").value();
        for (auto one = properties.first(); one; one = one->next()) {
            const std::string name(one->name());
            members.push_back({name, of(*one, before + name), false});
        }
        const auto required = rule.array("required").value();
        for (auto one = required.first(); one; one = one->next())
            for (Member& member : members)
                if (member.name == one->text()) member.is_required = true;
        return variants(members, before);
    }
    static Samples variants(const std::vector<Member>& members, const std::string& before) {
        const std::string simplest = object(members);
        Samples samples{{simplest}, {}};
        std::string names;
        for (const Member& member : members) {
            names += (names.empty() ? "" : ", ") + member.name;
            if (member.is_required)
                samples.bad.push_back(
                    {object(members, member.name), before + member.name + ": is missing; "});
            for (const std::string& value : member.samples.good)
                samples.good.push_back(object(members, member.name, value));
            for (const Bad& bad : member.samples.bad)
                samples.bad.push_back({object(members, member.name, bad.text), bad.said});
        }
        // The sentence names every member that the reader knows.
        samples.bad.push_back({"{\"more\":1," + simplest.substr(1),
                               before + "more: no such member; there are " + names});
        return samples;
    }

    json::Value schema_;
};

class BoardTest : public testing::Test {
  protected:
    base::Result<Board> read(const std::string& text) {
        std::ofstream(file_, std::ios::trunc) << text;
        return read_board(file_);
    }
    // The sentence without the file's name.
    std::string fault_of(const std::string& text) {
        const auto board = read(text);
        if (board.ok()) return "";
        EXPECT_EQ(board.error().code(), base::Code::malformed);
        const std::string& message = board.error().message();
        const std::string file = file_.string() + ": ";
        EXPECT_TRUE(message.starts_with(file)) << message;
        return message.substr(std::min(message.size(), file.size()));
    }
    // The simulated board, with one text in it replaced by another.
    std::string changed(const std::string& from, const std::string& to) {
        std::string text = base::read_file(kBoards / "sim" / "board.json", 1 << 16).value();
        const auto place = text.find(from);
        EXPECT_NE(place, text.npos) << from;
        return text.replace(place, from.size(), to);
    }

    counterfoil::test::TemporaryFolder folder_;
    std::filesystem::path file_ = folder_ / "board.json";
};

TEST_F(BoardTest, ReadsTheSimulatedOne) {
    const auto read = read_board(kBoards / "sim" / "board.json");
    ASSERT_TRUE(read.ok()) << read.error().line();
    const Board& board = read.value();
    EXPECT_EQ(board.name, "simulated till");
    EXPECT_EQ(board.listen.address, "127.0.0.1");
    EXPECT_EQ(board.listen.port, 8080);
    ASSERT_EQ(board.scanners.size(), 1u);
    EXPECT_EQ(std::get<PtyPlace>(board.scanners[0]).link, "scanner");
    ASSERT_EQ(board.cameras.size(), 1u);
    EXPECT_EQ(std::get<FramesPlace>(board.cameras[0]).path, "camera");
    ASSERT_TRUE(board.printer);
    EXPECT_EQ(std::get<FilePlace>(board.printer->place).path, "paper.escpos");
    EXPECT_EQ(board.printer->model.columns, 42);
    EXPECT_EQ(board.printer->settings.proof, devices::Proof::handed_over);
    EXPECT_FALSE(board.printer->settings.asks);
    EXPECT_FALSE(board.printer->model.tells_status);
    EXPECT_EQ(board.printer->logo, kBoards / "sim" / "logo.png");
    ASSERT_TRUE(board.display);
    EXPECT_EQ(std::get<FilePlace>(*board.display).path, "display");
    EXPECT_FALSE(board.kiosk_folder);
}

TEST_F(BoardTest, ReadsEveryKindOfDevice) {
    const auto read = this->read(R"({"name":"all","listen":{"address":"::1","port":1},
        "scanners":[{"kind":"serial","path":"a","baud":115200},
                    {"kind":"keyboard","path":"b","layout":"hu"},{"kind":"lines","path":"c"}],
        "cameras":[{"kind":"v4l2","path":"d"}],
        "printer":{"kind":"tcp","address":"10.0.0.9","port":9100,"model":{"columns":32,
            "dots":384,"qr_command":false,"cut":"full","drawer_pin":5,"proof":"process_id",
            "asks":true,"logo":"/shop/logo.png","double_height":false,"chinese":true,
            "pages":[{"page":"wpc1251","number":73},{"page":"pc852","number":0}]}},
        "display":{"kind":"serial","path":"e","baud":9600},"kiosk_folder":"pages"})");
    ASSERT_TRUE(read.ok()) << read.error().line();
    const Board& board = read.value();
    EXPECT_EQ(std::get<SerialPlace>(board.scanners[0]).baud, 115200);
    EXPECT_EQ(std::get<KeyboardPlace>(board.scanners[1]).layout,
              devices::KeyboardLayout::hungarian);
    EXPECT_EQ(std::get<LinesPlace>(board.scanners[2]).path, "c");
    EXPECT_EQ(std::get<VideoPlace>(board.cameras[0]).path, "d");
    EXPECT_EQ(std::get<NetworkPlace>(board.printer->place).address, "10.0.0.9");
    EXPECT_EQ(std::get<NetworkPlace>(board.printer->place).port, 9100);
    EXPECT_EQ(board.printer->model.columns, 32);
    EXPECT_EQ(board.printer->model.dots, 384);
    EXPECT_FALSE(board.printer->model.qr_command);
    EXPECT_EQ(board.printer->model.cut, receipt::Cut::full);
    EXPECT_EQ(board.printer->model.drawer, receipt::DrawerPin::five);
    EXPECT_EQ(board.printer->settings.proof, devices::Proof::process_id);
    EXPECT_TRUE(board.printer->settings.asks);
    EXPECT_EQ(board.printer->logo, "/shop/logo.png");
    EXPECT_FALSE(board.printer->model.double_height);
    EXPECT_TRUE(board.printer->model.chinese);
    const auto& pages = board.printer->model.pages;
    ASSERT_EQ(pages.size(), 2u);
    EXPECT_EQ(pages[0].page, base::CodePage::wpc1251);
    EXPECT_EQ(pages[0].number, 73);
    EXPECT_EQ(pages[1].page, base::CodePage::pc852);
    EXPECT_EQ(pages[1].number, 0);
    EXPECT_EQ(std::get<SerialPlace>(*board.display).path, "e");
    EXPECT_EQ(board.kiosk_folder, "pages");
}

TEST_F(BoardTest, SaysWhereAndWhatIsRight) {
    EXPECT_EQ(fault_of(changed("8080", "65536")), "listen.port: 1 to 65535");
    EXPECT_EQ(fault_of(changed("\"link\"", "\"lnk\"")),
              "scanners[0].link: is missing; a text of 1 to 1024 characters");
    EXPECT_EQ(fault_of(changed("\"pty\"", "\"usb\"")),
              "scanners[0].kind: one of serial, keyboard, lines, pty");
    EXPECT_EQ(fault_of(changed("\"camera\"", "\"camera\", \"fps\": 30")),
              "cameras[0].fps: no such member; there are kind, path");
    EXPECT_EQ(fault_of(changed("42", "40")), "printer.model.columns: 42 or 32");
    EXPECT_EQ(fault_of(changed("\"logo\": \"logo.png\"", "\"pages\": []")),
              "printer.model.pages: at least one");
    EXPECT_EQ(fault_of("[]"), "an object");
    EXPECT_NE(fault_of("{\"name\":\"a\",\"name\":\"b\"}"), "");
    EXPECT_NE(fault_of("{"), "");
}

TEST_F(BoardTest, BelievesNoProofOfAPrinterThatIsNotAsked) {
    EXPECT_EQ(fault_of(changed("\"handed_over\"", "\"in_order\"")),
              "printer.model.proof: handed_over, because the printer is not asked");
    EXPECT_EQ(fault_of(changed("\"asks\": false", "\"asks\": true")),
              "printer.model.asks: false, because a file says nothing");
    EXPECT_EQ(fault_of(changed("\"file\"", "\"usb\"")), "");
}

TEST_F(BoardTest, RefusesAFileThatIsNotThereOrTooLarge) {
    EXPECT_EQ(read_board(folder_ / "none").error().code(), base::Code::not_found);
    EXPECT_EQ(read(std::string(1 << 17, ' ')).error().code(), base::Code::too_large);
}

TEST_F(BoardTest, IsReadAsItsSchemaSays) {
    const json::Document schema = parse_file(kBoards / "board.schema.json");
    const Samples samples = Sampler(schema.root()).of(schema.root(), "");
    for (const std::string& text : samples.good) EXPECT_EQ(fault_of(text), "") << text;
    for (const Bad& bad : samples.bad) {
        const std::string fault = fault_of(bad.text);
        EXPECT_TRUE(fault.starts_with(bad.said))
            << bad.text << "\nsays: " << fault << "\nnot:  " << bad.said;
    }
    EXPECT_GT(samples.good.size(), 80u);
    EXPECT_GT(samples.bad.size(), 300u);
}

TEST_F(BoardTest, HasASchemaThatDescribesEveryMember) {
    const json::Document document = parse_file(kBoards / "board.schema.json");
    const json::Value schema = document.root();
    const auto described = [&](json::Value rule) {
        if (rule.find("description")) return true;
        const auto reference = rule.find("$ref");
        if (!reference) return false;
        const auto name = reference->text()->substr(std::string_view("#/$defs/").size());
        return schema.find("$defs")->find(name)->find("description").has_value();
    };
    std::vector<json::Value> objects{schema, *schema.find("properties")->find("listen")};
    for (auto one = schema.find("$defs")->first(); one; one = one->next()) objects.push_back(*one);
    int members = 0;
    for (const json::Value& object : objects) {
        const auto properties = object.find("properties");
        for (auto one = properties ? properties->first() : std::nullopt; one; one = one->next()) {
            EXPECT_TRUE(described(*one)) << one->name();
            ++members;
        }
    }
    EXPECT_GT(members, 40);
}

TEST_F(BoardTest, KnowsTheSpeedsOfItsSchema) {
    const json::Document schema = parse_file(kBoards / "board.schema.json");
    const auto speeds = schema.root().find("$defs")->find("baud")->array("enum").value();
    std::set<std::int64_t> listed;
    for (auto one = speeds.first(); one; one = one->next()) listed.insert(*one->integer());
    for (int baud = 0; baud <= 1'000'000; ++baud)
        if (devices::is_baud(baud) != listed.contains(baud)) ADD_FAILURE() << baud;
}

}  // namespace
}  // namespace counterfoil::till
