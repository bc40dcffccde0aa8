#include "firmware/core/wire/from_centre.h"

#include "firmware/core/base/coding.h"
#include "firmware/core/wire/from_terminal.h"

namespace counterfoil::wire {

using base::Code;
using base::Error;
using base::Result;

namespace {

json::Object object_of(const Welcome& welcome) {
    json::Object object;
    object.set("terminal", welcome.terminal);
    set_cursor(object, welcome.cursor);
    object.set("server_time", base::to_rfc3339(welcome.server_time))
        .set("credit", welcome.credit)
        .set("versions", versions_object(welcome.versions))
        .set("protocol", welcome.protocol)
        .set("nonce", base::to_hex(welcome.nonce));
    if (welcome.open_epoch != 0) object.set("open_epoch", welcome.open_epoch);
    return object;
}

void read_fields(Fields& fields, Welcome& welcome) {
    welcome.terminal = fields.terminal("terminal");
    welcome.cursor = fields.cursor();
    welcome.server_time = fields.time("server_time");
    welcome.credit = fields.count("credit");
    welcome.versions = fields.versions("versions");
    welcome.protocol = fields.number("protocol", 1, kMaxProtocol);
    fields.hex("nonce", welcome.nonce);
    if (fields.has("open_epoch"))
        welcome.open_epoch =
            fields.number("open_epoch", welcome.cursor.epoch + 1, json::kMaxInteger);
}

json::Object object_of(const Manifest& manifest) {
    json::Object object;
    object.set("class", manifest.data_class)
        .set("version", manifest.version)
        .set("digest", base::to_hex(manifest.digest))
        .set("server_time", base::to_rfc3339(manifest.server_time));
    return object;
}

void read_fields(Fields& fields, Manifest& manifest) {
    manifest.data_class = fields.data_class("class");
    manifest.version = fields.count("version");
    fields.hex("digest", manifest.digest);
    manifest.server_time = fields.time("server_time");
}

// Where GCC 12 sees through this, it warns that a delta's rows are freed which a receipt has not.
[[gnu::noinline]] FromCentre message_of(Receipt receipt) {
    return FromCentre(std::move(receipt));
}

Result<FromCentre> read_receipt_in(std::string_view content, const crypto::Verifier& centre) {
    CF_LET(ledger::Receipt receipt, ledger::read_receipt(content, centre));
    return message_of({std::move(receipt), content});
}

template <class Message>
Result<FromCentre> read_proven(const Envelope& envelope, const crypto::Verifier& centre,
                               Result<Message> (*read)(std::string_view)) {
    CF_LET(const std::string_view content, proven_content(envelope, centre));
    CF_LET(Message message, read(content));
    return FromCentre(std::move(message));
}

}  // namespace

Result<std::string> write(const Welcome& welcome, crypto::Signer& signer) {
    return write_signed(Kind::welcome, write_object<Welcome>(welcome, read_fields, object_of),
                        signer);
}

Result<std::string> write(const Manifest& manifest, crypto::Signer& signer) {
    return write_signed(Kind::manifest, write_object<Manifest>(manifest, read_fields, object_of),
                        signer);
}

std::string wrap_receipt(std::string_view text) {
    CF_CHECK(!text.empty() && text.size() <= kMaxObjectBytes + kSignatureBytes);
    return std::string(head_of(Kind::receipt)).append(text);
}

Result<Welcome> read_welcome(std::string_view proven_content) {
    return read_object<Welcome>(proven_content, read_fields);
}

Result<Manifest> read_manifest(std::string_view proven_content) {
    return read_object<Manifest>(proven_content, read_fields);
}

Result<FromCentre> read_from_centre(std::string_view bytes, const crypto::Verifier& centre) {
    CF_LET(const Envelope envelope, open_envelope(bytes));
    switch (envelope.kind) {
        case Kind::welcome:
            return read_proven(envelope, centre, read_welcome);
        case Kind::receipt:
            return read_receipt_in(envelope.content, centre);
        case Kind::nak: {
            CF_LET(Nak nak, read_nak(envelope.content));
            return FromCentre(std::move(nak));
        }
        case Kind::delta:
            return read_proven(envelope, centre, read_delta);
        case Kind::manifest:
            return read_proven(envelope, centre, read_manifest);
        case Kind::hello:
        case Kind::batch:
        case Kind::heartbeat:
        case Kind::pull:
            break;
    }
    return Error(Code::malformed,
                 "the centre does not say " + std::string(kind_name(envelope.kind)));
}

}  // namespace counterfoil::wire
