#include "daemon/aggregator/backup/seal.h"

#include <sys/stat.h>

#include <array>
#include <cerrno>

#include "firmware/core/base/coding.h"
#include "firmware/core/base/descriptor.h"
#include "firmware/core/base/file.h"

namespace counterfoil::backup {

using base::Code;
using base::Error;
using base::Result;
using base::Status;
using crypto::Digest;

namespace {

constexpr std::string_view kHead = "counterfoil/backup/1\n";
constexpr std::size_t kMaxSealBytes = 1024;

struct Sealed {
    Contents contents;
    std::int64_t bytes = 0;  // of the pages
    Digest digest{};         // of the pages
};

void read_fields(wire::Fields& fields, Sealed& sealed) {
    sealed.contents.events = fields.count("events");
    sealed.contents.terminals = fields.count("terminals");
    sealed.contents.centre = fields.cursor();
    sealed.contents.made_at = fields.time("made_at");
    sealed.bytes = fields.count("bytes");
    fields.hex("digest", sealed.digest);
}

json::Object object_of(const Sealed& sealed) {
    json::Object object;
    object.set("events", sealed.contents.events).set("terminals", sealed.contents.terminals);
    wire::set_cursor(object, sealed.contents.centre);
    object.set("made_at", base::to_rfc3339(sealed.contents.made_at));
    object.set("bytes", sealed.bytes).set("digest", base::to_hex(sealed.digest));
    return object;
}

Digest signed_digest(std::string_view object) {
    return crypto::sha256({base::as_bytes(kHead), base::as_bytes(object)});
}

Result<std::int64_t> size_of(const base::Descriptor& file, const std::filesystem::path& path) {
    struct stat about {};
    if (!file.ok() || ::fstat(file.number(), &about) != 0) return base::system_error(errno, path);
    if (!S_ISREG(about.st_mode))
        return Error(Code::invalid_argument, path.string() + " is not a regular file");
    return std::int64_t{about.st_size};
}

// Calls `take` with piece after piece of what stands from `at` up to `end`.
template <class Take>
Status read_range(const base::Descriptor& file, const std::filesystem::path& path, std::int64_t at,
                  std::int64_t end, Take take) {
    std::vector<char> piece(256 << 10);
    while (at < end) {
        const auto wanted =
            std::min<std::int64_t>(end - at, static_cast<std::int64_t>(piece.size()));
        const ssize_t got =
            ::pread(file.number(), piece.data(), static_cast<std::size_t>(wanted), at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return base::system_error(errno, path);
        if (got == 0) return Error(Code::corrupt, path.string() + " became shorter");
        take(std::string_view(piece.data(), static_cast<std::size_t>(got)));
        at += got;
    }
    return {};
}

Result<Digest> digest_of(const base::Descriptor& file, const std::filesystem::path& path,
                         std::int64_t bytes) {
    crypto::RunningDigest digest;
    CF_TRY(read_range(file, path, 0, bytes,
                      [&](std::string_view piece) { digest.add(base::as_bytes(piece)); }));
    return digest.finish();
}

Status append(const base::Descriptor& file, const std::filesystem::path& path, std::int64_t at,
              std::string_view line) {
    while (!line.empty()) {
        const ssize_t written = ::pwrite(file.number(), line.data(), line.size(), at);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return base::system_error(errno, path);
        line.remove_prefix(static_cast<std::size_t>(written));
        at += written;
    }
    if (::fsync(file.number()) != 0) return base::system_error(errno, path);
    return {};
}

}  // namespace

Status seal(const std::filesystem::path& path, const Contents& contents, crypto::Signer& signer) {
    const base::Descriptor file = base::Descriptor::open(path, O_RDWR);
    CF_LET(const std::int64_t bytes, size_of(file, path));
    // What the database has written must be there before the line that vouches for it.
    if (::fsync(file.number()) != 0) return base::system_error(errno, path);
    CF_LET(const Digest digest, digest_of(file, path, bytes));
    CF_LET(const std::string object, object_of({contents, bytes, digest}).write());
    CF_LET(const crypto::Signature signature, signer.sign(signed_digest(object)));
    const std::string line =
        "\n" + std::string(kHead) + object + "\t" + base::to_base64url(signature) + "\n";
    CF_CHECK(line.size() <= kMaxSealBytes);
    return append(file, path, bytes, line);
}

Result<Contents> check_seal(const std::filesystem::path& path, const crypto::Verifier& key) {
    const base::Descriptor file = base::Descriptor::open(path, O_RDONLY | O_NONBLOCK);
    CF_LET(const std::int64_t size, size_of(file, path));
    const std::int64_t from =
        std::max<std::int64_t>(0, size - static_cast<std::int64_t>(kMaxSealBytes));
    std::string end;
    CF_TRY(read_range(file, path, from, size, [&](std::string_view piece) { end += piece; }));
    const Error unsealed(Code::corrupt, path.string() + " does not end as a whole backup does");
    const std::size_t head = end.rfind("\n" + std::string(kHead));
    if (head == std::string::npos || !end.ends_with('\n')) return unsealed;
    const std::string_view line =
        std::string_view(end).substr(head + 1 + kHead.size(), end.size() - head - 2 - kHead.size());
    const std::size_t tab = line.rfind('\t');
    crypto::Signature signature;
    if (tab == std::string_view::npos || !base::base64url_into(line.substr(tab + 1), signature))
        return unsealed;
    if (!key.verify(signed_digest(line.substr(0, tab)), signature))
        return Error(Code::bad_signature, path.string() + " was not sealed by this centre's key");
    CF_LET(const Sealed sealed, wire::read_object<Sealed>(line.substr(0, tab), read_fields));
    CF_LET(const Digest digest, digest_of(file, path, sealed.bytes));
    if (sealed.bytes != from + static_cast<std::int64_t>(head) || digest != sealed.digest)
        return Error(Code::corrupt, path.string() + " is damaged: it is not what was sealed");
    return sealed.contents;
}

}  // namespace counterfoil::backup
