#include "firmware/core/ledger/batch.h"

#include <zstd.h>

#include "firmware/core/base/coding.h"

namespace counterfoil::ledger {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::int64_t kBatchVersion = 1;
constexpr int kCompressionLevel = 1;
constexpr std::size_t kMaxHeaderBytes = 512;

Error malformed() {
    return Error(Code::malformed, "the bytes are not a batch of events");
}

std::string write_batch_header(const BatchHeader& header) {
    json::Object object;
    object.set("counterfoil", "batch")
        .set("v", kBatchVersion)
        .set("terminal", header.terminal)
        .set("epoch", header.epoch)
        .set("from", header.from)
        .set("to", header.to)
        .set("prev", base::to_hex(header.prev))
        .set("head", base::to_hex(header.head));
    auto line = object.write();
    CF_CHECK(line.ok());
    return std::move(line).value();
}

Result<BatchHeader> read_batch_header(std::string_view line) {
    CF_LET(const json::Document document, json::Document::parse(line));
    const json::Value root = document.root();
    BatchHeader header;
    CF_LET(const std::int64_t version, root.integer("v"));
    if (version > kBatchVersion)
        return Error(Code::unsupported_version, "the batch is of a newer version");
    CF_LET(header.terminal, root.text("terminal"));
    CF_LET(header.epoch, root.integer("epoch"));
    CF_LET(header.from, root.integer("from"));
    CF_LET(header.to, root.integer("to"));
    CF_LET(const std::string_view prev, root.text("prev"));
    CF_LET(const std::string_view head, root.text("head"));
    if (!base::hex_into(prev, header.prev) || !base::hex_into(head, header.head) ||
        header.epoch < 1 || header.from < 1 || write_batch_header(header) != line)
        return malformed();
    return header;
}

// How many of the events may stand in one batch, not yet knowing how well they compress.
std::size_t count_within_bounds(std::span<const SignedEvent> events) {
    std::size_t text = kMaxHeaderBytes;
    std::size_t count = 0;
    for (const SignedEvent& event : events) {
        text += event.bytes.size() + kSignatureTextSize + 2;
        if (count == kMaxBatchEvents || text > kMaxBatchTextBytes) break;
        ++count;
    }
    return count;
}

std::string lines_of(std::span<const SignedEvent> events) {
    std::string lines;
    for (const SignedEvent& event : events) append_line(lines, event.bytes, event.signature);
    return lines;
}

std::string pack(const std::string& text) {
    std::string packed(ZSTD_compressBound(text.size()), '\0');
    const std::size_t size =
        ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), kCompressionLevel);
    CF_CHECK(ZSTD_isError(size) == 0);
    packed.resize(size);
    return packed;
}

Result<std::vector<char>> unpack(std::string_view bytes) {
    if (bytes.size() > kMaxBatchBytes)
        return Error(Code::too_large,
                     "the batch is over " + std::to_string(kMaxBatchBytes) + " bytes");
    const auto size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
    if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR ||
        ZSTD_findFrameCompressedSize(bytes.data(), bytes.size()) != bytes.size())
        return malformed();
    if (size > kMaxBatchTextBytes)
        return Error(Code::too_large, "the batch would unpack to more than " +
                                          std::to_string(kMaxBatchTextBytes) + " bytes");
    std::vector<char> text(size);
    if (ZSTD_decompress(text.data(), text.size(), bytes.data(), bytes.size()) != text.size())
        return malformed();
    return text;
}

}  // namespace

WrittenBatch write_batch(const std::string& terminal, std::int64_t epoch, std::int64_t from,
                         const crypto::Digest& prev, std::span<const SignedEvent> events) {
    CF_CHECK(!events.empty() && from >= 1);
    events = events.first(count_within_bounds(events));
    for (;;) {
        const auto count = static_cast<std::int64_t>(events.size());
        const BatchHeader header{terminal,         epoch, from,
                                 from + count - 1, prev,  event_hash(events.back().bytes)};
        std::string packed = pack(write_batch_header(header) + "\n" + lines_of(events));
        if (packed.size() <= kMaxBatchBytes) return {header, std::move(packed)};
        // Only events full of random text come here; a lone one always fits.
        CF_CHECK(count > 1);
        events = events.first(events.size() / 2);
    }
}

Result<Batch> Batch::read(std::string_view bytes) {
    Batch batch;
    CF_LET(batch.text_, unpack(bytes));
    std::string_view rest(batch.text_.data(), batch.text_.size());
    if (!rest.ends_with('\n')) return malformed();
    const auto take_line = [&rest] {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(line.size() + 1);
        return line;
    };
    CF_LET(batch.header_, read_batch_header(take_line()));
    while (!rest.empty()) {
        const auto line = split_line(take_line());
        if (!line || batch.lines_.size() == kMaxBatchEvents) return malformed();
        batch.lines_.push_back(*line);
    }
    const std::int64_t events = batch.header_.to - batch.header_.from + 1;
    if (events < 1 || static_cast<std::size_t>(events) != batch.lines_.size()) return malformed();
    return batch;
}

std::string_view Batch::header_line() const {
    const std::string_view text(text_.data(), text_.size());
    return text.substr(0, text.find('\n'));
}

std::optional<Finding> Batch::verify(const crypto::Verifier& key,
                                     const BatchVisitor& visitor) const {
    if (const auto finding = verify_links(visitor)) return finding;
    return verify_signature(key);
}

std::optional<Finding> Batch::verify_links(const BatchVisitor& visitor) const {
    ChainFollower chain(header_.terminal, header_.epoch, header_.from, header_.prev);
    std::int64_t record = 0;
    for (const Line& line : lines_) {
        ++record;
        const auto event = read_event(line.bytes, visitor.wants);
        if (!event.ok()) return Finding{record, Fault::event_malformed};
        const auto fault = chain.follow(event.value().view, event_hash(line.bytes));
        if (fault) return Finding{record, *fault};
        visitor.visit(event.value());
    }
    if (chain.head() != header_.head) return Finding{record, Fault::head_mismatch};
    return verify_unproven();
}

std::int64_t Batch::unproven_from() const {
    std::int64_t seq = header_.to;
    for (auto line = lines_.rbegin(); line != lines_.rend() && line->signature.empty(); ++line)
        --seq;
    return seq + 1;
}

bool Batch::opens_unsigned_run() const {
    const auto place = static_cast<std::size_t>(unproven_from() - header_.from);
    if (place == lines_.size()) return false;
    const auto event = read_event(lines_[place].bytes);
    return event.ok() && event.value().type == type_name(EventType::signer_failed);
}

std::optional<Finding> Batch::verify_unproven() const {
    const auto proven = static_cast<std::size_t>(unproven_from() - header_.from);
    if (proven == lines_.size()) return {};
    const auto unexplained = [](std::size_t place) {
        return Finding{static_cast<std::int64_t>(place) + 1, Fault::signature_missing};
    };
    if (proven > 0 && !opens_unsigned_run()) return unexplained(proven);
    for (std::size_t place = proven; place < lines_.size(); ++place) {
        const auto event = read_event(lines_[place].bytes);
        if (!event.ok() || event.value().type == type_name(EventType::signer_recovered))
            return unexplained(place);
    }
    return {};
}

std::optional<Finding> Batch::verify_signature(const crypto::Verifier& key) const {
    const auto proven = static_cast<std::size_t>(unproven_from() - header_.from);
    if (proven == 0) return {};
    const Line& last = lines_[proven - 1];
    const crypto::Digest head = proven == lines_.size() ? header_.head : event_hash(last.bytes);
    crypto::Signature signature;
    if (base::base64url_into(last.signature, signature) && key.verify(head, signature)) return {};
    return Finding{static_cast<std::int64_t>(proven), Fault::signature_wrong};
}

}  // namespace counterfoil::ledger
