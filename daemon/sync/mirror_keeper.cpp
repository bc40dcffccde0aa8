#include "daemon/sync/mirror_keeper.h"

namespace counterfoil::sync {

using base::Status;

Status MirrorKeeper::open() {
    CF_LET(mirror::Loader loader, mirror::Loader::open(world_.folder.mirror()));
    auto opened = std::make_unique<Opened>(Opened{std::move(loader), {}});
    CF_LET(Puller puller, Puller::open({opened->loader, world_.clock, world_.till}));
    opened->puller.emplace(std::move(puller));
    opened_ = std::move(opened);
    return {};
}

Puller* MirrorKeeper::puller() {
    if (!opened_) note(open());
    return opened_ ? &*opened_->puller : nullptr;
}

void MirrorKeeper::note(const Status& done) {
    if (!done.ok() && !is_failing_) world_.on_trouble(done.error());
    is_failing_ = !done.ok();
}

void MirrorKeeper::hear(const wire::Versions& versions, base::WallTime server_time) {
    if (Puller* puller = this->puller()) note(puller->hear(versions, server_time));
}

void MirrorKeeper::hear(const wire::Manifest& manifest) {
    if (Puller* puller = this->puller()) note(puller->hear(manifest));
}

void MirrorKeeper::hear(const wire::Delta& delta) {
    if (Puller* puller = this->puller()) note(puller->take(delta));
}

void MirrorKeeper::hear(const wire::Nak& nak) {
    if (opened_) opened_->puller->take(nak);
}

void MirrorKeeper::disconnected() {
    if (opened_) opened_->puller->forget_sent();
}

std::optional<wire::Pull> MirrorKeeper::due() {
    if (!opened_) return {};
    return opened_->puller->due();
}

std::optional<std::int64_t> MirrorKeeper::due_ms() const {
    if (!opened_) return {};
    return opened_->puller->due_ms();
}

std::int64_t MirrorKeeper::version() const {
    return opened_ ? opened_->puller->version() : 0;
}

}  // namespace counterfoil::sync
