#include "firmware/journal/mark.h"

#include <algorithm>
#include <array>

namespace counterfoil::journal {

using base::Bytes;
using base::ByteView;
using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr std::int64_t kSyncEvery = 256;

// A slot, in a disk sector of its own:
//   0 "CFMARK1\n" | 8 incarnation | 24 seq, little-endian | 32 head | 64 SHA-256 of the 64 before
constexpr std::string_view kMagic = "CFMARK1\n";
constexpr std::int64_t kSlotStride = 4096;
constexpr std::size_t kSlotSize = 96;
constexpr std::size_t kIncarnationAt = 8;
constexpr std::size_t kSeqAt = 24;
constexpr std::size_t kHeadAt = 32;
constexpr std::size_t kCheckAt = 64;
static_assert(kCheckAt + sizeof(crypto::Digest) == kSlotSize);

std::ptrdiff_t offset(std::size_t at) {
    return static_cast<std::ptrdiff_t>(at);
}

Bytes encode(const Mark& mark) {
    Bytes slot(kSlotSize);
    std::ranges::copy(kMagic, slot.begin());
    std::ranges::copy(mark.incarnation.bytes, slot.begin() + offset(kIncarnationAt));
    for (std::size_t i = 0; i < 8; ++i)
        slot[kSeqAt + i] = static_cast<std::uint8_t>(mark.seq >> (8 * i));
    std::ranges::copy(mark.head, slot.begin() + offset(kHeadAt));
    const crypto::Digest check = crypto::sha256({ByteView(slot).first(kCheckAt)});
    std::ranges::copy(check, slot.begin() + offset(kCheckAt));
    return slot;
}

std::optional<Mark> decode(ByteView slot) {
    const crypto::Digest check = crypto::sha256({slot.first(kCheckAt)});
    if (!base::as_text(slot).starts_with(kMagic) || !std::ranges::equal(check, slot.last(32)))
        return {};
    Mark mark;
    std::ranges::copy(slot.subspan(kIncarnationAt, 16), mark.incarnation.bytes.begin());
    for (std::size_t i = 0; i < 8; ++i) mark.seq |= std::int64_t{slot[kSeqAt + i]} << (8 * i);
    std::ranges::copy(slot.subspan(kHeadAt, 32), mark.head.begin());
    return mark;
}

}  // namespace

Result<MarkFile> MarkFile::create(const std::filesystem::path& path, const char* vfs,
                                  const base::Uuid& incarnation) {
    auto there = open(path, vfs);
    if (there.ok() && there.value().mark().seq > 0)
        return Error(Code::already_exists,
                     path.string() + " belongs to a ledger of " +
                         std::to_string(there.value().mark().seq) +
                         " events that is no longer here; put it back, or start in a new folder");
    CF_LET(sqlite::SideFile file,
           sqlite::SideFile::open(path, vfs, sqlite::SideFile::Missing::make));
    const Mark mark{incarnation, 0, {}};
    const Bytes slot = encode(mark);
    for (int i : {0, 1}) CF_TRY(file.write(i * kSlotStride, slot));
    CF_TRY(file.sync());
    return MarkFile(std::move(file), mark, 0);
}

Result<MarkFile> MarkFile::open(const std::filesystem::path& path, const char* vfs) {
    CF_LET(sqlite::SideFile file,
           sqlite::SideFile::open(path, vfs, sqlite::SideFile::Missing::refuse));
    std::optional<Mark> best;
    int best_slot = 0;
    for (int i : {0, 1}) {
        CF_LET(const Bytes bytes, file.read(i * kSlotStride, kSlotSize));
        const auto mark = decode(bytes);
        if (!mark || (best && best->seq >= mark->seq)) continue;
        best = mark;
        best_slot = i;
    }
    if (!best) return Error(Code::corrupt, path.string() + " is damaged");
    return MarkFile(std::move(file), *best, 1 - best_slot);
}

Status MarkFile::advance(std::int64_t seq, const crypto::Digest& head) {
    CF_CHECK(seq >= mark_.seq);
    const Mark next{mark_.incarnation, seq, head};
    CF_TRY(file_.write(next_slot_ * kSlotStride, encode(next)));
    mark_ = next;
    next_slot_ = 1 - next_slot_;
    if (++unsynced_ < kSyncEvery) return {};
    return sync();
}

Status MarkFile::sync() {
    CF_TRY(file_.sync());
    unsynced_ = 0;
    return {};
}

}  // namespace counterfoil::journal
