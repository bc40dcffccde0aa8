#include <algorithm>

#include "daemon/aggregator/api/book_answers.h"
#include "firmware/core/base/coding.h"
#include "firmware/core/ledger/members.h"

namespace counterfoil::api {

using http::Method;
using services::Book;
using services::Desk;
using services::Outcome;

namespace {

constexpr std::int64_t kName = 100;
constexpr std::int64_t kAffix = 20;
constexpr std::int64_t kMostRandom = 22;
constexpr std::int64_t kRandom = 10;
constexpr std::int64_t kCharset = 62;
constexpr std::int64_t kMostUploaded = 50'000;
constexpr std::size_t kUploadBytes = 2 << 20;
// Without the letters that are mistaken for others.
constexpr const char* kStandingCharset = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const std::string kTag = "books";

std::string text_in(const json::Value& object, const char* name, const char* standing) {
    const auto value = object.find(name);
    return std::string(value ? *value->text() : standing);
}

Outcome<services::CodePattern> pattern_in(const Call& call) {
    const auto told = call.body->root().find("pattern");
    if (!told || told->is_null()) return services::CodePattern();
    services::CodePattern pattern;
    pattern.prefix = text_in(*told, "prefix", "");
    pattern.suffix = text_in(*told, "suffix", "");
    pattern.charset = text_in(*told, "charset", kStandingCharset);
    const auto length = told->find("length");
    pattern.length = length ? *length->integer() : kRandom;
    std::string sorted = pattern.charset;
    std::ranges::sort(sorted);
    if (std::ranges::adjacent_find(sorted) != sorted.end())
        return wrong_field("charset", {"each character once", "minden jel egyszer"});
    return pattern;
}

Outcome<Book> book_in(const Call& call) {
    Book book;
    book.name = call.text("name");
    CF_LET(book.pattern, pattern_in(call));
    const auto multiple = call.body->root().find("allow_multi_redemption");
    book.is_multiple = multiple && *multiple->boolean();
    const std::int64_t standing = book.is_multiple ? loyalty::kMaxUses : 1;
    book.uses = call.integer_if("max_redemptions_per_coupon").value_or(standing);
    if (!book.is_multiple && book.uses > 1)
        return wrong_field("max_redemptions_per_coupon",
                           {"more than 1 needs allow_multi_redemption",
                            "1-nél több csak allow_multi_redemption mellett lehet"});
    book.max_redemptions = call.integer_if("max_redemptions_per_user").value_or(0);
    book.max_assignments = call.integer_if("max_assignments_per_user").value_or(0);
    book.value_minor = call.integer_if("value").value_or(0);
    if (const auto expires = call.text_if("expires_at")) {
        CF_LET(book.expires_ms, time_in("expires_at", *expires));
    }
    return book;
}

Offer create_offer(const Ground& ground) {
    Offer create{Method::post, "/api/v1/books", Who::admin, "A new book of coupons", kTag};
    create.status = 201;
    const auto limit = [](const char* name) {
        return integer(name, 1, loyalty::kMaxUses).optional().nullable();
    };
    create.request = {
        text("name", kName),
        object("pattern", {alphanumeric("prefix", kAffix).optional(),
                           alphanumeric("suffix", kAffix).optional(),
                           integer("length", 1, kMostRandom).optional().say("10"),
                           alphanumeric("charset", kCharset).optional()})
            .optional()
            .nullable()
            .say("{prefix}-{random}-{suffix}, of 50 random bits or more; without it, codes are "
                 "uploaded only"),
        flag("allow_multi_redemption").optional(),
        limit("max_redemptions_per_coupon"),
        limit("max_redemptions_per_user"),
        limit("max_assignments_per_user"),
        integer("value", 0, ledger::kMaxMinor).optional().say("in minor units: whole forints"),
        time("expires_at").optional().nullable()};
    create.response = book_shape();
    create.act = [&ground](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_LET(const Book fresh, book_in(call));
        CF_LET(const Book book, services::create_book(desk, fresh));
        return written(book_answer(book, ground.clock.now()));
    };
    return create;
}

std::optional<bool> flag_of(const Call& call, const char* name) {
    const auto given = http::find(call.query, name);
    if (!given) return {};
    return *given == "true";
}

Offer all_offer(const Ground& ground) {
    Offer all{Method::get, "/api/v1/books", Who::signed_in, "Books, the latest first", kTag};
    all.table = "books";
    all.response = page_shape("books", book_shape());
    all.query = part_query();
    all.query.push_back({text("search", kName).say("a part of the name")});
    all.query.push_back({flag("allow_multi_redemption")});
    all.query.push_back({flag("is_expired")});
    all.read = [&ground](store::Database& database, Call& call) -> services::Readers::Answer {
        const base::WallTime now = ground.clock.now();
        const services::BookFilter filter{
            std::string(http::find(call.query, "search").value_or("")),
            flag_of(call, "allow_multi_redemption"), flag_of(call, "is_expired")};
        CF_LET(const services::BookPage page,
               services::list_books(database, filter, part_of(call), now));
        return written_page("books", page.total, page.books,
                            [&](const Book& book) { return book_answer(book, now); });
    };
    return all;
}

Offer one_offer(const Ground& ground) {
    Offer one{Method::get, "/api/v1/books/{id}", Who::signed_in,
              "A book, and how many of its coupons are in each state", kTag};
    one.response = book_with_counts_shape();
    one.read = [&ground](store::Database& database, Call& call) -> services::Readers::Answer {
        const base::WallTime now = ground.clock.now();
        CF_LET(const Book book, services::find_book(database, call.place("id")));
        CF_LET(const services::StateCounts counts, services::count_states(database, book, now));
        return written(book_answer(book, now, {&counts}));
    };
    return one;
}

Outcome<std::vector<services::CodeLine>> lines_in(const Call& call) {
    std::vector<services::CodeLine> lines;
    if (!call.is_csv) {
        const auto codes = call.body->root().find("codes");
        for (auto item = codes->first(); item; item = item->next())
            lines.push_back(
                {static_cast<std::int64_t>(lines.size()) + 1, std::string(*item->text())});
        return lines;
    }
    if (!base::is_utf8(call.body_text)) return services::Refusal::body_malformed;
    lines = services::code_lines(call.body_text);
    if (lines.size() > static_cast<std::size_t>(kMostUploaded))
        return wrong_field("codes", {"up to 50000 lines", "legfeljebb 50000 sor"});
    return lines;
}

Offer upload_offer(const Ground& ground) {
    Offer upload{Method::post, "/api/v1/books/{id}/codes", Who::admin,
                 "Coupons with codes of your own: a list, or as text/csv one in a line", kTag};
    upload.request = {any_texts("codes", kMostUploaded)};
    upload.body_bytes = kUploadBytes;
    upload.takes_csv = true;
    upload.response = {
        whole("added"), whole("rejected"),
        list("errors", {whole("line"), text("code", kName, 0), text("reason", kName)})
            .say("the first 1000 of those that were left out"),
        object("book", book_shape())};
    upload.look = [](store::Database& database, Call& call) -> Outcome<void> {
        CF_TRY(services::find_book(database, call.place("id")));
        return {};
    };
    upload.act = [&ground](Desk& desk, Call& call) -> services::Clerk::Answer {
        CF_LET(const auto lines, lines_in(call));
        CF_LET(const services::AddedCodes added,
               services::add_codes(desk, call.place("id"), lines));
        json::Array errors;
        for (const services::RejectedLine& line : added.lines) {
            json::Object error;
            error.set("line", line.line).set("code", line.code);
            const bool is_english = call.language == base::Language::english;
            error.set("reason", is_english ? line.reason.english : line.reason.hungarian);
            errors.add(std::move(error));
        }
        json::Object answer;
        answer.set("added", added.added).set("rejected", added.rejected);
        answer.set("errors", std::move(errors));
        answer.set("book", book_answer(added.book, ground.clock.now()));
        return written(answer);
    };
    return upload;
}

Offer generate_offer(const Ground& ground) {
    Offer generate{Method::post, "/api/v1/books/{id}/generate", Who::admin,
                   "New coupons, with random codes by the book's pattern", kTag};
    generate.status = 201;
    generate.request = {integer("count", 1, services::kMostGenerated)};
    generate.response = {whole("generated"), object("book", book_shape())};
    generate.act = [&ground](Desk& desk, Call& call) -> services::Clerk::Answer {
        const std::int64_t count = call.integer("count");
        CF_LET(const Book book, services::generate_codes(desk, call.place("id"), count));
        json::Object answer;
        answer.set("generated", count).set("book", book_answer(book, ground.clock.now()));
        return written(answer);
    };
    return generate;
}

}  // namespace

std::vector<Offer> book_offers(const Ground& ground) {
    return {create_offer(ground), all_offer(ground), one_offer(ground), upload_offer(ground),
            generate_offer(ground)};
}

}  // namespace counterfoil::api
