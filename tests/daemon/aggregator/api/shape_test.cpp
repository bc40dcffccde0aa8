#include "daemon/aggregator/api/shape.h"

#include <gtest/gtest.h>

namespace counterfoil::api {
namespace {

Shape order() {
    return {uuid("id"),
            text("name", 5),
            integer("count", 1, 9),
            email("email").optional(),
            phone("phone").optional().nullable(),
            text("size", 10).one_of({"small", "large"}).optional(),
            flag("gift").optional(),
            texts("notes", 2).optional(),
            object("place", {alphanumeric("street", 4)}).optional(),
            list("lines", {digits("code", 3)}, 2).optional()};
}

std::string fault_of(const std::string& more) {
    const std::string body =
        R"({"id":"01934f00-0000-7000-8001-000000000000","name":"Anna","count":1)" + more + "}";
    const auto document = json::Document::parse(body);
    if (!document.ok()) return document.error().line();
    const auto checked = order().check(document.value().root());
    return checked.ok() ? "" : checked.error().sentence.english;
}

TEST(Shape, TakesWhatItSays) {
    EXPECT_EQ(fault_of(""), "");
    EXPECT_EQ(fault_of(R"(,"email":"a@b.hu","phone":"+36301234567","size":"small","gift":true,)"
                       R"("notes":["ő","b"],"place":{"street":"A1"},"lines":[{"code":"123"}])"),
              "");
    EXPECT_EQ(fault_of(R"(,"phone":null)"), "");
}

TEST(Shape, NamesTheFirstFieldThatIsWrong) {
    EXPECT_EQ(fault_of(R"(,"other":1)"), "other: no such field is known");
    EXPECT_EQ(fault_of(R"(,"email":"a@b")"), "email: an e-mail address");
    EXPECT_EQ(fault_of(R"(,"email":null)"), "email: an e-mail address");
    EXPECT_EQ(fault_of(R"(,"phone":"12ab5678")"),
              "phone: a phone number: digits, with + before them");
    EXPECT_EQ(fault_of(R"(,"size":"huge")"), "size: one of small, large");
    EXPECT_EQ(fault_of(R"(,"gift":"true")"), "gift: true or false");
    EXPECT_EQ(fault_of(R"(,"notes":["a","b","c"])"), "notes: 1 to 2 items");
    EXPECT_EQ(fault_of(R"(,"notes":[])"), "notes: 1 to 2 items");
    EXPECT_EQ(fault_of(R"(,"notes":[1])"), "notes: 1 to 2 items");
    EXPECT_EQ(fault_of(R"(,"place":[])"), "place: an object");
    EXPECT_EQ(fault_of(R"(,"place":{"street":"a b"})"), "street: 1 to 4 letters and digits");
    EXPECT_EQ(fault_of(R"(,"lines":[{"code":"12"}])"), "code: 3 digits");
    EXPECT_EQ(fault_of(R"(,"lines":[{"code":"123"},{"code":"123"},{"code":"123"}])"),
              "lines: 0 to 2 items");
}

TEST(Shape, WantsWhatIsRequired) {
    const auto check = [](const std::string& body) {
        const auto document = json::Document::parse(body);
        return order().check(document.value().root()).error().sentence.hungarian;
    };
    EXPECT_EQ(check("{}"), "id: UUID");
    EXPECT_EQ(check(R"({"id":"01934f00-0000-7000-8001-000000000000"})"), "name: 1–5 karakter");
    EXPECT_EQ(check(R"({"id":"01934f00-0000-7000-8001-000000000000","name":"Ő"})"),
              "count: egész szám 1 és 9 között");
}

TEST(Shape, CountsCharactersAndTakesNoControls) {
    EXPECT_EQ(characters_of("Árvíz"), 5);
    EXPECT_EQ(characters_of(""), 0);
    EXPECT_EQ(characters_of("a\nb"), -1);
    EXPECT_EQ(characters_of("a\x7F"), -1);
    EXPECT_EQ(characters_of("\xC3"), -1);
}

TEST(Shape, SaysItselfAsASchema) {
    EXPECT_EQ(Shape({text("name", 5), integer("count", 1, 9).optional().nullable()}).schema_text(),
              R"({"type":"object","properties":{"name":{"type":"string","minLength":1,)"
              R"("maxLength":5},"count":{"type":"integer","format":"int64","minimum":1,)"
              R"("maximum":9,"nullable":true}},"required":["name"],)"
              R"("additionalProperties":false})");
}

}  // namespace
}  // namespace counterfoil::api
