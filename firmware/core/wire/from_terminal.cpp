#include "firmware/core/wire/from_terminal.h"

#include "firmware/core/base/coding.h"

namespace counterfoil::wire {

using base::Code;
using base::Error;
using base::Result;

namespace {

json::Object object_of(const Hello& hello) {
    json::Array protocols;
    for (const std::int64_t protocol : hello.protocols) protocols.add(protocol);
    json::Object object;
    object.set("terminal", hello.terminal);
    set_cursor(object, hello.cursor);
    object.set("incarnation", hello.incarnation.text())
        .set("protocols", std::move(protocols))
        .set("software", hello.software)
        .set("nonce", base::to_hex(hello.nonce));
    return object;
}

std::vector<std::int64_t> read_protocols(Fields& fields) {
    std::vector<std::int64_t> protocols;
    const auto list = fields.array("protocols");
    for (auto item = list.ok() ? list.value().first() : std::nullopt; item; item = item->next()) {
        const std::int64_t last = protocols.empty() ? 0 : protocols.back();
        const std::int64_t protocol = item->integer().value_or(0);
        if (protocol <= last || protocol > kMaxProtocol || protocols.size() == kMaxProtocols) {
            protocols.clear();
            break;
        }
        protocols.push_back(protocol);
    }
    if (protocols.empty()) fields.fail("protocols");
    return protocols;
}

void read_fields(Fields& fields, Hello& hello) {
    hello.terminal = fields.terminal("terminal");
    hello.cursor = fields.cursor();
    const auto incarnation = base::Uuid::parse(fields.text("incarnation"));
    if (incarnation.ok())
        hello.incarnation = incarnation.value();
    else
        fields.fail("incarnation");
    hello.protocols = read_protocols(fields);
    hello.software = fields.printable("software", kMaxSoftwareBytes);
    fields.hex("nonce", hello.nonce);
}

json::Object object_of(const LastReceipt& receipt) {
    json::Object object;
    object.set("epoch", receipt.epoch)
        .set("seq", receipt.seq)
        .set("server_time", base::to_rfc3339(receipt.server_time));
    return object;
}

LastReceipt read_last_receipt(Fields& fields) {
    LastReceipt receipt;
    const auto object = fields.object("receipt");
    if (!object.ok()) {
        fields.fail("receipt");
        return receipt;
    }
    Fields within(object.value());
    receipt.epoch = within.epoch("epoch");
    receipt.seq = within.number("seq", 1, json::kMaxInteger);
    receipt.server_time = within.time("server_time");
    if (within.error()) fields.fail("receipt");
    return receipt;
}

json::Object object_of(const Heartbeat& heartbeat) {
    json::Object object;
    object.set("terminal", heartbeat.terminal);
    set_cursor(object, heartbeat.cursor);
    if (heartbeat.signature) object.set("signature", base::to_base64url(*heartbeat.signature));
    object.set("at", base::to_rfc3339(heartbeat.at))
        .set("backlog", heartbeat.backlog)
        .set("disk_used_permille", heartbeat.disk_used_permille);
    if (heartbeat.receipt) object.set("receipt", object_of(*heartbeat.receipt));
    return object;
}

void read_fields(Fields& fields, Heartbeat& heartbeat) {
    heartbeat.terminal = fields.terminal("terminal");
    heartbeat.cursor = fields.cursor();
    if (fields.has("signature") &&
        !base::base64url_into(fields.text("signature"), heartbeat.signature.emplace()))
        fields.fail("signature");
    // There is no event that it could be of.
    if (heartbeat.cursor.seq == 0 && heartbeat.signature) fields.fail("signature");
    heartbeat.at = fields.time("at");
    heartbeat.backlog = fields.count("backlog");
    heartbeat.disk_used_permille = fields.number("disk_used_permille", 0, kWholePermille);
    if (fields.has("receipt")) heartbeat.receipt = read_last_receipt(fields);
}

json::Object object_of(const Pull& pull) {
    json::Object object;
    object.set("class", pull.data_class).set("from", pull.from).set("max_rows", pull.max_rows);
    return object;
}

void read_fields(Fields& fields, Pull& pull) {
    pull.data_class = fields.data_class("class");
    pull.from = fields.count("from");
    pull.max_rows = fields.number("max_rows", 1, kMaxDeltaRows);
}

template <class Message>
std::string written(Kind kind, const Message& message) {
    return std::string(head_of(kind)) + write_object<Message>(message, read_fields, object_of);
}

template <class Message>
Result<FromTerminal> read(std::string_view content) {
    CF_LET(Message message, read_only_form<Message>(content, read_fields, object_of));
    return FromTerminal(std::move(message));
}

}  // namespace

std::string write(const Hello& hello) {
    return written(Kind::hello, hello);
}

std::string write(const Batch& batch) {
    CF_CHECK(!batch.bytes.empty() && batch.bytes.size() <= ledger::kMaxBatchBytes);
    std::string bytes;
    bytes.reserve(kMaxHeadBytes + batch.bytes.size());
    return bytes.append(head_of(Kind::batch)).append(batch.bytes);
}

std::string write(const Heartbeat& heartbeat) {
    return written(Kind::heartbeat, heartbeat);
}

std::string write(const Pull& pull) {
    return written(Kind::pull, pull);
}

Result<FromTerminal> read_from_terminal(std::string_view bytes) {
    CF_LET(const Envelope envelope, open_envelope(bytes));
    switch (envelope.kind) {
        case Kind::hello:
            return read<Hello>(envelope.content);
        case Kind::batch:
            if (envelope.content.empty()) break;
            return FromTerminal(Batch{envelope.content});
        case Kind::heartbeat:
            return read<Heartbeat>(envelope.content);
        case Kind::pull:
            return read<Pull>(envelope.content);
        case Kind::welcome:
        case Kind::receipt:
        case Kind::nak:
        case Kind::delta:
        case Kind::manifest:
            break;
    }
    return Error(Code::malformed, "no terminal says this " + std::string(kind_name(envelope.kind)));
}

bool is_head_signed(const Heartbeat& heartbeat, const crypto::Verifier& terminal) {
    return heartbeat.signature && terminal.verify(heartbeat.cursor.head, *heartbeat.signature);
}

}  // namespace counterfoil::wire
