#include "firmware/core/base/coding.h"
#include "firmware/core/wire/from_centre.h"
#include "firmware/core/wire/from_terminal.h"
#include "firmware/core/wire/topics.h"

namespace counterfoil {
namespace {

// The generator of P-256 is a point that is always at hand.
const crypto::Verifier& stranger() {
    static const auto key = [] {
        crypto::PublicKey point;
        CF_CHECK(
            base::hex_into("046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                           "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
                           point));
        return std::move(crypto::Verifier::create(point)).value();
    }();
    return key;
}

// What is behind the signature, as if it were good.
void read_content(const wire::Envelope& envelope) {
    const std::string_view content = envelope.content.substr(0, envelope.content.find('\t'));
    if (envelope.kind == wire::Kind::welcome) (void)wire::read_welcome(content).ok();
    if (envelope.kind == wire::Kind::manifest) (void)wire::read_manifest(content).ok();
    if (envelope.kind != wire::Kind::delta) return;
    const auto delta = wire::read_delta(content);
    if (!delta.ok()) return;
    for (const std::string_view row : delta.value().rows)
        CF_CHECK(!row.empty() && row.data() > content.data() &&
                 row.data() + row.size() <= content.data() + content.size());
}

}  // namespace
}  // namespace counterfoil

// Messages and topics from the network. What nobody signs has one form; what is signed is signed by
// another key than the one it is read with.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace counterfoil;
    const std::string_view bytes = base::as_text({data, size});
    static const wire::Topics topics = wire::Topics::create("t").value();
    const auto topic = topics.read(bytes);
    if (topic.ok() && topic.value().channel == wire::Channel::up)
        CF_CHECK(topics.up(topic.value().shard, topic.value().name) == bytes);
    const auto envelope = wire::open_envelope(bytes);
    const auto up = wire::read_from_terminal(bytes);
    const auto down = wire::read_from_centre(bytes, stranger());
    CF_CHECK(envelope.ok() || (!up.ok() && !down.ok()));
    if (!envelope.ok()) return 0;
    read_content(envelope.value());
    if (up.ok())
        CF_CHECK(std::visit([](const auto& said) { return wire::write(said); }, up.value()) ==
                 bytes);
    if (down.ok()) CF_CHECK(wire::write(std::get<wire::Nak>(down.value())) == bytes);
    return 0;
}
