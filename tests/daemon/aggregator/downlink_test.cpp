#include <gtest/gtest.h>

#include "daemon/sync/puller.h"
#include "firmware/mirror/reader.h"
#include "tests/daemon/aggregator/listener.h"
#include "tests/daemon/aggregator/running_centre.h"

// What the whole program tells terminals, over a real broker.
namespace counterfoil::aggregator {
namespace {

using test::Fleet;

class DownlinkTest : public testing::Test {
  protected:
    void SetUp() override {
        centre_.start();
        listener_.emplace(centre_.terminal(0), Fleet::name(0), centre_.key());
    }

    // As an administrator: what is answered, with that status.
    std::string ask(http::Method method, const std::string& path, const std::string& body,
                    int status) {
        http::Headers headers;
        if (!body.empty()) headers.set("Content-Type", "application/json");
        if (!token_.empty()) headers.set("Authorization", "Bearer " + token_);
        http::Client client("127.0.0.1", centre_.port());
        const auto answer = client.request(method, path, headers, body);
        if (!answer.ok()) ADD_FAILURE() << answer.error().line();
        EXPECT_EQ(answer.value().status, status) << path << " " << answer.value().body;
        return answer.value().body;
    }
    static std::string text_in(const std::string& answer, const std::string& name) {
        const auto document = json::Document::parse(answer).value();
        return std::string(document.root().text(name).value());
    }
    void sign_in() {
        constexpr std::string_view kTold = "administrator: ADMIN001, PIN ";
        const std::string said = centre_.output();
        const std::string pin = said.substr(said.find(kTold) + kTold.size(), 8);
        token_ = text_in(ask(http::Method::post, "/api/auth/login",
                             R"({"loyalty_id":"ADMIN001","pin_code":")" + pin + "\"}", 200),
                         "access_token");
    }

    // A till's side of it, with a mirror of its own.
    void open_till() {
        loader_.emplace(mirror::Loader::open(folder_ / "mirror.db").value());
        puller_.emplace(sync::Puller::open({*loader_, clock_, {Fleet::name(0), 1}}).value());
    }
    // Hears manifests and deltas, and pulls, until the mirror is as wanted.
    bool pull_until(const std::function<bool()>& done) {
        return listener_->work_until([&] {
            for (const char* name :
                 {"settings", "books", "products", "staff", "members", "coupons"})
                if (const auto manifest = listener_->manifest(name))
                    CF_CHECK(puller_->hear(*manifest).ok());
            for (const Listener::Heard& heard : listener_->take()) {
                const auto read = listener_->read(heard.payload).value();
                if (const auto* delta = std::get_if<wire::Delta>(&read))
                    CF_CHECK(puller_->take(*delta).ok());
                if (const auto* nak = std::get_if<wire::Nak>(&read)) puller_->take(*nak);
                if (const auto* welcome = std::get_if<wire::Welcome>(&read))
                    CF_CHECK(puller_->hear(welcome->versions, welcome->server_time).ok());
            }
            if (listener_->is_connected())
                if (const auto pull = puller_->due()) listener_->say(wire::write(*pull));
            return done();
        });
    }
    std::string state_of_all() {
        std::string text = centre_.output() + "announcements dropped: " +
                           std::to_string(centre_.figure("announcements_dropped_total")) + "\n" +
                           ask(http::Method::get, "/api/staff", "", 200) + "\n";
        for (const char* name : {"settings", "books", "products", "staff", "members", "coupons"}) {
            const auto manifest = listener_->manifest(name);
            text += std::string(name) + " " + std::to_string(loader_->state(name).value().version) +
                    " of " + (manifest ? std::to_string(manifest->version) : "none") + "\n";
        }
        if (puller_->trouble()) text += puller_->trouble()->line();
        return text;
    }
    void greet() {
        const auto& ledger = fleet_.ledgers()[0];
        wire::Hello hello;
        hello.terminal = Fleet::name(0);
        hello.cursor = {1, fleet_.events(0), ledger.head()};
        hello.incarnation = ledger.incarnation();
        hello.software = "test";
        ASSERT_TRUE(listener_->work_until([&] { return listener_->is_connected(); }));
        ASSERT_TRUE(listener_->say(wire::write(hello)));
    }

    test::TemporaryFolder folder_;
    base::SystemClock clock_;
    std::string token_;
    std::optional<mirror::Loader> loader_;
    std::optional<sync::Puller> puller_;
    Fleet fleet_{2, 60, 20261129};
    RunningCentre centre_{fleet_, link::Protocol::mqtt5};
    std::optional<Listener> listener_;
};

TEST_F(DownlinkTest, ACentreThatWorksIsHeardAllTheTime) {
    const auto pulses = [&]() -> std::size_t { return listener_->of("pulse").size(); };
    ASSERT_TRUE(listener_->work_until([&] { return pulses() >= 1; })) << centre_.output();
    const auto began = std::chrono::steady_clock::now();
    ASSERT_TRUE(listener_->work_until([&] { return pulses() >= 4; }, 10'000));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    EXPECT_GT(took.count(), 3.0);
    EXPECT_LT(took.count(), 9.0);
    const wire::Manifest last = *listener_->manifest("pulse");
    EXPECT_EQ(last.version, 1);
    // The broker keeps none: whoever comes later hears of a centre that lives, or nothing.
    centre_.kill();
    Listener late(centre_.terminal(1), Fleet::name(1), centre_.key());
    ASSERT_TRUE(late.work_until([&] { return late.is_connected(); }));
    EXPECT_FALSE(late.work_until([&] { return !late.of("pulse").empty(); }, 2500));
}

TEST_F(DownlinkTest, WhatAnAdministratorChangesIsAtTheTillInSeconds) {
    ASSERT_TRUE(listener_->work_until([&] { return !listener_->of("pulse").empty(); }));
    sign_in();
    open_till();
    // The till said nothing yet: it hears of it from the broker alone.
    const std::string product = R"({"plu":101,"name":"Sajtburger","category":"Burger",)"
                                R"("unit_price_minor":1890,"vat_basis_points":500,)"
                                R"("sold_by":"piece"})";
    ask(http::Method::put, "/api/products/5991234000018", product, 200);
    ASSERT_TRUE(pull_until([&] { return loader_->state("products").value().is_whole; }));
    const std::string staff = ask(http::Method::put, "/api/staff/anna",
                                  R"({"name":"Kovács Anna","role":"manager"})", 200);
    EXPECT_EQ(text_in(staff, "pin_code").size(), 6u);
    ask(http::Method::put, "/api/settings/shop_name", R"({"value":"\"Burger\""})", 200);
    ask(http::Method::put, "/api/settings/shop_name", R"({"value":"5"})", 422);
    ask(http::Method::post, "/api/customers",
        R"({"loyalty_id":"L100","name":"Nagy Éva","email":"eva@example.com"})", 201);
    ASSERT_TRUE(pull_until([&] {
        return loader_->state("members").value().is_whole &&
               loader_->state("settings").value().is_whole &&
               loader_->state("staff").value().is_whole;
    })) << state_of_all();
    // All of it is told in a welcome, too, and then the till knows how old its knowledge is.
    greet();
    ASSERT_TRUE(pull_until([&] { return loader_->meta().value().version > 0; }));
    mirror::Mirror mirror = mirror::Mirror::open(folder_ / "mirror.db").value();
    EXPECT_EQ(mirror.find_product_by_plu(101).value()->unit_price_minor, 1890);
    EXPECT_EQ(mirror.find_staff("anna").value()->role, mirror::Role::manager);
    EXPECT_EQ(mirror.find_member_by_loyalty_id("L100").value()->name, "Nagy Éva");
    EXPECT_EQ(mirror.setting("shop_name").value(), "\"Burger\"");
    const auto began = std::chrono::steady_clock::now();
    ask(http::Method::put, "/api/products/5991234000018",
        R"({"plu":101,"name":"Sajtburger","category":"Burger","unit_price_minor":1990,)"
        R"("vat_basis_points":500,"sold_by":"piece"})",
        200);
    ASSERT_TRUE(pull_until(
        [&] { return mirror.find_product_by_plu(101).value()->unit_price_minor == 1990; }));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::cout << "a new price was at the till after " << took.count() << " s\n";
    EXPECT_EQ(centre_.stop(), 0) << centre_.output();
    const test::Ran ran = test::run_program(
        {COUNTERFOIL_AGGREGATOR, "rebuild", "--data", centre_.data().string(), "--check"});
    EXPECT_EQ(ran.status, 0) << ran.output;
}

TEST_F(DownlinkTest, WhoAsksForWhatThereIsNotIsToldSo) {
    ASSERT_TRUE(listener_->work_until([&] { return !listener_->of("pulse").empty(); }));
    const auto refusal = [&](const std::string& data_class) {
        listener_->take();
        listener_->say(wire::write(wire::Pull{data_class, 0, 10}));
        if (!listener_->work_until([&] { return !listener_->heard().empty(); }))
            return std::string();
        const auto read = listener_->read(listener_->heard().front().payload).value();
        return std::string(wire::reason_name(std::get<wire::Nak>(read).reason));
    };
    ASSERT_EQ(refusal("news"), "unknown_class");
    // There is none of it yet.
    EXPECT_EQ(refusal("coupons"), "unknown_class");
    // A forged delta is none of the centre's.
    test::TestTill other(7, "centre");
    wire::Delta delta;
    delta.data_class = "staff";
    delta.to = 5;
    const std::string forged = wire::write(delta, other.key).value();
    EXPECT_EQ(listener_->read(forged).error().code(), base::Code::bad_signature);
}

}  // namespace
}  // namespace counterfoil::aggregator
