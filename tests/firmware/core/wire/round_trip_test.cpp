#include "firmware/core/wire/from_centre.h"
#include "firmware/core/wire/from_terminal.h"
#include "firmware/core/wire/topics.h"
#include "tests/firmware/core/wire/samples.h"
#include "tests/support/properties.h"

namespace counterfoil::wire {
namespace {

using test::draw;
using test::one_in;

std::string draw_name(std::string_view alphabet) {
    std::string name(draw<std::size_t>(1, kMaxNameBytes + 1), ' ');
    for (char& c : name) c = alphabet[draw<std::size_t>(0, alphabet.size())];
    return name;
}
std::string draw_terminal() {
    return draw_name("AZaz09._-");
}
std::string draw_class() {
    return draw_name("az09_");
}
// Anything that JSON has an opinion on, and a character of two bytes.
std::string draw_text(std::size_t most) {
    static const std::vector<std::string> kPieces{"a", " ", "\"", "\\", "/", "\xc3\xa1", "{", "<"};
    std::string text;
    for (std::size_t i = draw<std::size_t>(0, most / 2 + 1); i > 0; --i)
        text += test::draw_of(kPieces);
    return text;
}
// From small ones to the largest.
std::int64_t draw_count(std::int64_t least = 0) {
    return one_in(2) ? draw(least, std::int64_t{100}) : draw(least, json::kMaxInteger + 1);
}
base::WallTime draw_time() {
    return {draw<std::int64_t>(0, 253'402'300'799'999)};
}
template <class Bytes>
Bytes draw_bytes() {
    Bytes bytes;
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(draw(0, 256));
    return bytes;
}
Cursor draw_cursor() {
    if (one_in(4)) return {draw_count(1), 0, {}};
    return {draw_count(1), draw_count(1), draw_bytes<crypto::Digest>()};
}
Versions draw_versions() {
    Versions versions;
    for (std::size_t i = draw<std::size_t>(0, kMaxVersions + 1); i > 0; --i)
        versions[draw_class()] = draw_count();
    return versions;
}

Hello draw_hello() {
    Hello hello;
    hello.terminal = draw_terminal();
    hello.cursor = draw_cursor();
    hello.incarnation.bytes = draw_bytes<decltype(base::Uuid::bytes)>();
    hello.protocols.clear();
    for (std::size_t i = draw<std::size_t>(1, kMaxProtocols + 1); i > 0; --i)
        hello.protocols.push_back(draw<std::int64_t>(1, 100'000) +
                                  (hello.protocols.empty() ? 0 : hello.protocols.back()));
    hello.software = draw_text(kMaxSoftwareBytes);
    hello.nonce = draw_bytes<Nonce>();
    return hello;
}
Heartbeat draw_heartbeat() {
    Heartbeat heartbeat;
    heartbeat.terminal = draw_terminal();
    heartbeat.cursor = draw_cursor();
    if (heartbeat.cursor.seq > 0 && one_in(2))
        heartbeat.signature = draw_bytes<crypto::Signature>();
    heartbeat.at = draw_time();
    heartbeat.backlog = draw_count();
    heartbeat.disk_used_permille = draw<std::int64_t>(0, kWholePermille + 1);
    if (one_in(2)) heartbeat.receipt = LastReceipt{draw_count(1), draw_count(1), draw_time()};
    return heartbeat;
}
Nak draw_nak() {
    Nak nak;
    nak.reason = static_cast<Reason>(draw<std::size_t>(0, kReasons));
    nak.sentence = draw_text(kMaxSentenceBytes);
    if (one_in(2)) nak.answers = static_cast<Kind>(draw<std::size_t>(0, kKinds));
    if (one_in(2)) nak.from = draw_count(1);
    if (nak.reason == Reason::gap) nak.expected_seq = draw_count(1);
    if (nak.reason == Reason::too_busy)
        nak.retry_after_ms = draw<std::int64_t>(1, kMaxRetryAfterMs + 1);
    return nak;
}
Welcome draw_welcome() {
    Welcome welcome{draw_terminal(),     draw_cursor(),
                    draw_time(),         draw_count(),
                    draw_versions(),     draw<std::int64_t>(1, kMaxProtocol + 1),
                    draw_bytes<Nonce>(), 0};
    if (welcome.cursor.epoch < json::kMaxInteger && one_in(2))
        welcome.open_epoch = draw<std::int64_t>(welcome.cursor.epoch + 1, json::kMaxInteger + 1);
    return welcome;
}
// Its rows are the given texts.
Delta draw_delta(const std::vector<std::string>& rows) {
    Delta delta;
    delta.data_class = draw_class();
    delta.from = draw<std::int64_t>(0, json::kMaxInteger);
    delta.to = draw<std::int64_t>(delta.from + 1, json::kMaxInteger + 1);
    delta.more = one_in(2);
    if (one_in(2)) delta.includes = Place{draw_terminal(), draw_count(1), draw_count()};
    delta.server_time = draw_time();
    delta.rows = {rows.begin(), rows.end()};
    return delta;
}

template <class Message>
bool is_read_back(const Message& message) {
    const std::string bytes = write(message);
    const auto read = read_from_terminal(bytes);
    return bytes.size() <= kMaxFromTerminalBytes && read.ok() &&
           read.value() == FromTerminal(message) && write(message) == bytes;
}

TEST(WireRoundTrip, OfWhateverATerminalSays) {
    test::expect_always([] { RC_ASSERT(is_read_back(draw_hello())); });
    test::expect_always([] { RC_ASSERT(is_read_back(draw_heartbeat())); });
    test::expect_always([] {
        RC_ASSERT(is_read_back(
            Pull{draw_class(), draw_count(), draw(std::int64_t{1}, kMaxDeltaRows + 1)}));
    });
    test::expect_always([] {
        const std::string events = draw_text(1000) + "x";
        RC_ASSERT(is_read_back(Batch{events}));
    });
}

class WireRoundTripOfTheCentre : public testing::Test {
  protected:
    template <class Message>
    bool is_read_back(const base::Result<std::string>& bytes, const Message& message) {
        const auto read = read_from_centre(bytes.value(), key_);
        return bytes.value().size() <= kMaxFromCentreBytes && read.ok() &&
               std::get<Message>(read.value()) == message;
    }

    test::TestTill centre_{1, "centre"};
    crypto::Verifier key_ = std::move(crypto::Verifier::create(centre_.key.public_key())).value();
};

TEST_F(WireRoundTripOfTheCentre, OfWhateverItSays) {
    test::expect_always([this] {
        const Nak nak = draw_nak();
        RC_ASSERT(is_read_back<Nak>(write(nak), nak));
    });
    test::expect_always([this] {
        const Welcome welcome = draw_welcome();
        RC_ASSERT(is_read_back(write(welcome, centre_.key), welcome));
    });
    test::expect_always([this] {
        std::vector<std::string> rows;
        for (int i = draw(0, 20); i > 0; --i) rows.push_back(draw_text(200) + "x");
        const Delta delta = draw_delta(rows);
        RC_ASSERT(is_read_back(write(delta, centre_.key), delta));
    });
    test::expect_always([this] {
        const Manifest manifest{draw_class(), draw_count(), draw_bytes<crypto::Digest>(),
                                draw_time()};
        RC_ASSERT(is_read_back(write(manifest, centre_.key), manifest));
    });
}

TEST(WireRoundTrip, OfEveryTopic) {
    test::expect_always([] {
        const auto topics = Topics::create(draw_name("az09-")).value();
        const auto shard = draw<std::uint16_t>(0, kShards);
        const std::string terminal = draw_terminal();
        const std::string topic = topics.up(shard, terminal);
        RC_ASSERT(topic.size() <= kMaxTopicBytes);
        RC_ASSERT((topics.read(topic).value() == Topic{Channel::up, shard, terminal}));
    });
}

}  // namespace
}  // namespace counterfoil::wire
