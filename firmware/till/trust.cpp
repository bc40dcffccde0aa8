#include "firmware/till/trust.h"

#include <sstream>

#include "firmware/core/base/coding.h"
#include "firmware/core/base/file.h"

namespace counterfoil::till {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::size_t kMaxListBytes = 64 << 10;
constexpr std::size_t kMaxDeltasBytes = 64 << 20;

}  // namespace

Error as_error(token::Refusal refusal, const std::filesystem::path& about) {
    return Error(Code::refused, about.string() + ": " + std::string(token::refusal_name(refusal)) +
                                    ": " + std::string(token::refusal_sentence(refusal).english));
}

Result<ListFile> read_list_file(const std::filesystem::path& path, const crypto::PublicKey& root) {
    CF_LET(std::string bytes, base::read_file(path, kMaxListBytes));
    auto list = token::read_key_list(base::as_bytes(bytes), root);
    if (!list.ok()) return as_error(list.error(), path);
    return ListFile{std::move(bytes), std::move(list).value()};
}

Result<DeltasFile> read_deltas_file(const std::filesystem::path& path) {
    DeltasFile file{path, {}, {}};
    auto text = base::read_file(path, kMaxDeltasBytes);
    if (!text.ok() && text.error().code() == Code::not_found) return file;
    CF_LET(file.text, std::move(text));
    std::istringstream lines(file.text);
    for (std::string line; std::getline(lines, line);) {
        const auto bytes = base::from_hex(line);
        if (!bytes.ok()) return bytes.error().within(path.string());
        auto delta = token::read_delta(bytes.value());
        if (!delta.ok()) return as_error(delta.error(), path);
        file.deltas.push_back(std::move(delta).value());
    }
    return file;
}

Result<token::Revocations> DeltasFile::revoked(const token::KeyRing& keys) const {
    token::Revocations all;
    for (const token::SignedDelta& delta : deltas) {
        const auto applied = all.apply(delta, keys);
        if (!applied.ok()) return as_error(applied.error(), path);
    }
    return all;
}

}  // namespace counterfoil::till
