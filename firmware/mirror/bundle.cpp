#include "firmware/mirror/bundle.h"

#include <cerrno>
#include <fstream>

#include "firmware/core/base/coding.h"
#include "firmware/core/base/file.h"
#include "firmware/core/central/names.h"
#include "firmware/core/json/json.h"
#include "firmware/core/ledger/line_reader.h"

namespace counterfoil::mirror {

using base::Code;
using base::Error;
using base::Result;
using base::Status;
using central::kMaxLineBytes;
using central::read_header;
using central::read_line;
using central::row_name;
using central::write_header;
using central::write_line;
using ledger::LineReader;

namespace {

constexpr std::string_view kSignatureStart = "{\"t\":\"signature\",\"cose\":\"";
constexpr std::string_view kSignatureEnd = "\"}";
constexpr std::size_t kMaxSignatureBytes = 256;

bool is_signature(std::string_view line) {
    return line.starts_with(kSignatureStart);
}

// Cuts a bundle into lines, counts them, and adds all before the signature to the digest.
class Lines {
  public:
    // The path is named in every error.
    Lines(std::istream& in, std::filesystem::path path)
        : reader_(in, kMaxLineBytes), path_(std::move(path)) {}

    // The next line, valid until the one after it is asked for; a bundle ends with its signature,
    // so that the file's end is an error.
    Result<std::string_view> next() {
        ++number_;
        const LineReader::Line line = reader_.next();
        switch (line.kind) {
            case LineReader::Kind::whole:
                break;
            case LineReader::Kind::too_long:
                return error(Code::too_large, "the line is longer than any may be");
            case LineReader::Kind::truncated:
            case LineReader::Kind::end:
                return error(Code::malformed, "the file ends before its signature");
        }
        if (!is_signature(line.text)) {
            digest_.add(base::as_bytes(line.text));
            digest_.add(base::as_bytes("\n"));
        }
        return line.text;
    }

    // Behind the signature there is nothing.
    Status expect_end() {
        ++number_;
        if (reader_.next().kind == LineReader::Kind::end) return {};
        return error(Code::malformed, "something stands behind the signature");
    }

    crypto::Digest digest() { return digest_.finish(); }

    Error error(Code code, const std::string& sentence) const {
        return Error(code, "line " + std::to_string(number_) + ": " + sentence)
            .within(path_.string());
    }

  private:
    LineReader reader_;
    std::filesystem::path path_;
    crypto::RunningDigest digest_;
    std::int64_t number_ = 0;
};

Result<base::Bytes> message_in(std::string_view line) {
    line.remove_prefix(kSignatureStart.size());
    if (!line.ends_with(kSignatureEnd) || line.size() > 2 * kMaxSignatureBytes)
        return Error(Code::malformed, "the signature is not in its one form");
    line.remove_suffix(kSignatureEnd.size());
    return base::from_base64url(line);
}

Error bad_signature(token::Refusal refusal) {
    return Error(Code::bad_signature,
                 "the bundle is not believed: " + std::string(token::refusal_name(refusal)) + ": " +
                     std::string(token::refusal_sentence(refusal).english));
}

Status check_message(base::ByteView bytes, const crypto::Digest& content,
                     const token::KeyRing& keys, base::WallTime now) {
    const auto message = token::read_sign1(bytes, token::CoseTag::tagged);
    if (!message.ok()) return bad_signature(message.error());
    const auto trusted = keys.check(token::Proof::of(message.value()), token::kForBundles, now);
    if (!trusted.ok()) return bad_signature(trusted.error());
    if (base::as_text(message.value().payload) == base::as_text(content)) return {};
    return Error(Code::bad_signature, "the bundle is not the one that was signed");
}

// The digest of the content, once its signature has proven good.
Result<crypto::Digest> check_whole(Lines lines, const token::KeyRing& keys, base::WallTime now) {
    for (;;) {
        CF_LET(const std::string_view line, lines.next());
        if (!is_signature(line)) continue;
        const auto message = message_in(line);
        if (!message.ok()) return lines.error(Code::malformed, message.error().message());
        const crypto::Digest content = lines.digest();
        const Status checked = check_message(message.value(), content, keys, now);
        if (!checked.ok()) return lines.error(checked.error().code(), checked.error().message());
        CF_TRY(lines.expect_end());
        return content;
    }
}

}  // namespace

Result<BundleWriter> BundleWriter::begin(std::ostream& out, const BundleHeader& header) {
    BundleWriter writer(out);
    CF_LET(std::string line, write_header(header));
    writer.write(std::move(line));
    return writer;
}

void BundleWriter::write(std::string line) {
    line += '\n';
    digest_.add(base::as_bytes(line));
    out_->write(line.data(), static_cast<std::streamsize>(line.size()));
}

Status BundleWriter::add(const Row& row) {
    const std::size_t kind = row.index();
    if (kind < kind_)
        return Error(Code::invalid_argument, "a bundle's rows stand in the order of their kinds");
    kind_ = kind;
    if (++counts_.at(kind) > kMaxRows.at(kind))
        return Error(Code::too_large, "a bundle holds " + std::to_string(kMaxRows.at(kind)) +
                                          " rows of the kind \"" + std::string(row_name(kind)) +
                                          "\" at most");
    CF_LET(std::string line, write_line(row));
    write(std::move(line));
    return {};
}

Result<RowCounts> BundleWriter::finish(crypto::Signer& signer) {
    const crypto::Digest content = digest_.finish();
    CF_LET(const base::Bytes message,
           token::write_sign1(content, token::key_id(signer.public_key()), token::CoseTag::tagged,
                              signer));
    *out_ << kSignatureStart << base::to_base64url(message) << kSignatureEnd << '\n';
    if (!out_->flush().good()) return Error(Code::io_failed, "the bundle could not be written");
    return counts_;
}

struct BundleReader::State {
    std::ifstream in;
    crypto::Digest signed_digest{};
    std::optional<Lines> lines;
    BundleHeader header;
    std::size_t kind = 0;
    RowCounts counts{};
    bool ended = false;

    Status count(std::size_t next_kind) {
        if (next_kind < kind)
            return lines->error(Code::malformed, "the row stands behind one of a later kind");
        kind = next_kind;
        if (++counts.at(kind) <= kMaxRows.at(kind)) return {};
        return lines->error(Code::too_large, "there are more rows of this kind than may be");
    }
};

BundleReader::BundleReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
BundleReader::BundleReader(BundleReader&&) noexcept = default;
BundleReader& BundleReader::operator=(BundleReader&&) noexcept = default;
BundleReader::~BundleReader() = default;

Result<BundleReader> BundleReader::open(const std::filesystem::path& path,
                                        const token::KeyRing& keys, base::WallTime now) {
    auto state = std::make_unique<State>();
    errno = 0;
    state->in.open(path, std::ios::binary);
    if (!state->in) return base::system_error(errno, path);
    CF_LET(state->signed_digest, check_whole(Lines(state->in, path), keys, now));
    state->in.clear();
    state->in.seekg(0);
    state->lines.emplace(state->in, path);
    CF_LET(const std::string_view line, state->lines->next());
    const auto header = read_header(line);
    if (!header.ok()) return state->lines->error(header.error().code(), header.error().message());
    state->header = header.value();
    return BundleReader(std::move(state));
}

const BundleHeader& BundleReader::header() const {
    return state_->header;
}

Result<std::optional<Row>> BundleReader::next() {
    State& state = *state_;
    CF_CHECK(!state.ended);
    CF_LET(const std::string_view line, state.lines->next());
    if (!is_signature(line)) {
        auto row = read_line(line);
        if (!row.ok()) return error(row.error().code(), row.error().message());
        CF_TRY(state.count(row.value().index()));
        return std::optional<Row>(std::move(row).value());
    }
    state.ended = true;
    if (state.lines->digest() == state.signed_digest) return std::optional<Row>();
    return error(Code::bad_signature, "the bundle was changed while it was read");
}

Error BundleReader::error(Code code, const std::string& sentence) const {
    return state_->lines->error(code, sentence);
}

}  // namespace counterfoil::mirror
