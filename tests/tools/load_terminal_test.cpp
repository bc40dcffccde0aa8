#include <gtest/gtest.h>

#include "firmware/core/wire/from_terminal.h"
#include "tests/daemon/link/link_support.h"
#include "tools/load/prepared_ledger.h"
#include "tools/load/terminal.h"

// A terminal of the load tool against a centre that the test plays, over a real broker.
namespace counterfoil::load {
namespace {

constexpr std::int64_t kFew = 4;

class LoadTerminalTest : public testing::Test {
  protected:
    LoadTerminalTest() {
        broker_.start();
        link::Settings settings = link::centre_of(broker_, link::Protocol::mqtt5);
        centre_.emplace(settings);
        CF_CHECK(link::connect({&*centre_}));
    }

    void open(std::int64_t ask_again_ms = 60'000, std::int64_t interval_ms = 0) {
        TerminalSettings settings;
        settings.link = link::settings_for(broker_, "T01", link::Protocol::mqtt5);
        settings.centre = key_.public_key();
        settings.ask_again_ms = ask_again_ms;
        settings.interval = std::chrono::milliseconds(interval_ms);
        terminal_ = Terminal::open(ledger_, settings).value();
        terminal_->begin(std::chrono::steady_clock::now());
    }
    bool until(const std::function<bool()>& done, std::int64_t patience_ms = 20'000) {
        return link::until(
            {&*centre_},
            [&] {
                work_if_due();
                return done();
            },
            patience_ms);
    }

    // As its owner does who has many.
    void work_if_due() {
        if (!terminal_) return;
        pollfd polled{terminal_->descriptor(), POLLIN, 0};
        ::poll(&polled, 1, 0);
        if (polled.revents != 0 || terminal_->wait_ms() == 0) terminal_->work();
    }

    // What has come from the terminal and was not looked at yet: "hello", or a batch's first event.
    std::vector<std::string> heard() {
        std::vector<std::string> heard;
        for (const link::Message& message : centre_->all<link::Message>()) {
            const auto read = wire::read_from_terminal(base::as_text(message.payload)).value();
            if (const auto* hello = std::get_if<wire::Hello>(&read)) {
                nonce_ = hello->nonce;
                heard.emplace_back("hello");
            } else if (const auto* batch = std::get_if<wire::Batch>(&read)) {
                heard.push_back(
                    std::to_string(ledger::Batch::read(batch->bytes).value().header().from));
            }
        }
        return heard;
    }
    bool hears(const std::vector<std::string>& wanted) {
        const bool came = until([&] { return heard().size() >= wanted.size(); });
        EXPECT_EQ(heard(), wanted);
        centre_->forget();
        return came;
    }

    void say(const std::string& message) {
        ASSERT_TRUE(link::sends(*centre_, "v1/main/dn/T01", message));
    }
    void welcome(std::int64_t credit = 100) {
        say(wire::write(wire::Welcome{"T01", {}, {1}, credit, {}, wire::kProtocol, nonce_}, key_)
                .value());
    }
    void receipt(std::int64_t seq, crypto::SigningKey& by, std::int64_t wrong_head = 0) {
        ledger::Receipt receipt{"T01", 1, seq, {}, {1}, 100, {}};
        receipt.head = heads_[static_cast<std::size_t>(seq / kFew - 1)];
        receipt.head[0] = static_cast<std::uint8_t>(receipt.head[0] ^ wrong_head);
        say(wire::wrap_receipt(ledger::write_receipt(receipt, by).value()));
    }
    void gap(std::int64_t from, std::int64_t expected) {
        wire::Nak nak;
        nak.reason = wire::Reason::gap;
        nak.answers = wire::Kind::batch;
        nak.from = from;
        nak.expected_seq = expected;
        say(wire::write(nak));
    }

    test::Broker broker_;
    test::SeededEntropy entropy_{1};
    crypto::SigningKey key_ = crypto::SigningKey::generate(entropy_);
    crypto::SigningKey other_key_ = crypto::SigningKey::generate(entropy_);
    PreparedLedger ledger_{{"T01", 1, test::kMorning, Signatures::last}, kFew, 3 * kFew};
    std::vector<crypto::Digest> heads_ = [this] {
        std::vector<crypto::Digest> heads;
        for (int i = 1; i <= 3; ++i) {
            ledger_.prepare(i * kFew);
            heads.push_back(ledger_.end().value().head);
        }
        return heads;
    }();
    wire::Nonce nonce_{};
    std::optional<link::Peer> centre_;
    std::unique_ptr<Terminal> terminal_;
};

TEST_F(LoadTerminalTest, SendsWhatTheCreditAllowsAndGoesOnWithReceipts) {
    open();
    ASSERT_TRUE(hears({"hello"}));
    welcome(2 * kFew);
    ASSERT_TRUE(hears({"1", "5"}));
    until([] { return false; }, 100);
    EXPECT_TRUE(heard().empty());
    receipt(2 * kFew, key_);
    ASSERT_TRUE(hears({"9"}));
    EXPECT_FALSE(terminal_->is_done());
    receipt(3 * kFew, key_);
    ASSERT_TRUE(until([&] { return terminal_->is_done(); }));
    EXPECT_EQ(terminal_->figures().received, 3 * kFew);
    EXPECT_EQ(terminal_->figures().batches, 3U);
    EXPECT_EQ(terminal_->take_latencies().size(), 3U);
}

TEST_F(LoadTerminalTest, GoesBackForAGapOnce) {
    open();
    ASSERT_TRUE(hears({"hello"}));
    welcome();
    ASSERT_TRUE(hears({"1", "5", "9"}));
    gap(5, 1);
    ASSERT_TRUE(hears({"1", "5", "9"}));
    gap(9, 1);
    until([&] { return terminal_->figures().gaps == 2; });
    until([] { return false; }, 100);
    EXPECT_TRUE(heard().empty());
    EXPECT_EQ(terminal_->figures().sent, 3 * kFew);
    EXPECT_EQ(terminal_->figures().batches, 6U);
}

TEST_F(LoadTerminalTest, BelievesNoReceiptOfAnotherKeyOrAnotherLedger) {
    open();
    ASSERT_TRUE(hears({"hello"}));
    welcome();
    ASSERT_TRUE(hears({"1", "5", "9"}));
    receipt(kFew, other_key_);
    ASSERT_TRUE(until([&] { return terminal_->figures().wrong == 1; }));
    receipt(kFew, key_, 1);
    ASSERT_TRUE(until([&] { return terminal_->figures().wrong == 2; }));
    EXPECT_EQ(terminal_->figures().received, 0);
    EXPECT_EQ(terminal_->figures().receipts, 0U);
}

TEST_F(LoadTerminalTest, AsksASilentCentreAnewAndSendsWhatItLacks) {
    open(200);
    ASSERT_TRUE(hears({"hello"}));
    welcome();
    ASSERT_TRUE(hears({"1", "5", "9", "hello"}));
    welcome();
    ASSERT_TRUE(until([&] { return heard().size() >= 3; }));
    EXPECT_EQ(heard()[0], "1");
    EXPECT_EQ(terminal_->figures().sent, 3 * kFew);
}

TEST_F(LoadTerminalTest, SendsNoOftenerThanItIsTold) {
    constexpr std::int64_t kIntervalMs = 1500;
    const std::int64_t start_ms = link::now_ms();
    open(60'000, kIntervalMs);
    ASSERT_TRUE(hears({"hello"}));
    welcome();
    ASSERT_TRUE(until([&] { return heard().size() == 3; }));
    EXPECT_GE(link::now_ms() - start_ms, 2 * kIntervalMs);
}

TEST_F(LoadTerminalTest, SendsNothingNewAtItsEnd) {
    open(60'000, 60'000);
    ASSERT_TRUE(hears({"hello"}));
    welcome();
    ASSERT_TRUE(hears({"1"}));
    terminal_->end();
    EXPECT_FALSE(terminal_->is_done());
    receipt(kFew, key_);
    ASSERT_TRUE(until([&] { return terminal_->is_done(); }));
    EXPECT_TRUE(heard().empty());
}

}  // namespace
}  // namespace counterfoil::load
