#include "daemon/link/inbox.h"

#include <sys/eventfd.h>

#include <cerrno>

#include "firmware/core/base/file.h"

namespace counterfoil::link {

base::Result<std::unique_ptr<Inbox>> Inbox::create(const InboxBounds& bounds) {
    base::Descriptor wakes(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!wakes.ok()) return base::system_error(errno, "eventfd");
    return std::unique_ptr<Inbox>(new Inbox(bounds, std::move(wakes)));
}

void Inbox::leave_message(std::uint64_t connection, std::string_view topic, base::ByteView payload,
                          bool retained) {
    const std::size_t bytes = topic.size() + payload.size();
    const std::lock_guard<std::mutex> lock(mutex_);
    if (figures_.waiting_messages >= bounds_.messages ||
        bytes > bounds_.bytes - figures_.waiting_bytes)
        return drop(connection, bytes);
    ++figures_.waiting_messages;
    figures_.waiting_bytes += bytes;
    push({connection,
          Message{std::string(topic), base::Bytes(payload.begin(), payload.end()), retained}});
}

// One note counts all that was dropped between two others.
void Inbox::drop(std::uint64_t connection, std::size_t bytes) {
    ++figures_.dropped_messages;
    figures_.dropped_bytes += bytes;
    if (notes_.empty() || !std::holds_alternative<Dropped>(notes_.back().content))
        push({connection, Dropped{}});
    auto& dropped = std::get<Dropped>(notes_.back().content);
    ++dropped.messages;
    dropped.bytes += bytes;
}

void Inbox::leave(Note note) {
    CF_CHECK(!std::holds_alternative<Message>(note.content));
    const std::lock_guard<std::mutex> lock(mutex_);
    push(std::move(note));
}

void Inbox::push(Note note) {
    notes_.push_back(std::move(note));
    // It cannot overflow: it is read back to zero whenever the last note is taken.
    if (notes_.size() == 1) CF_CHECK(::eventfd_write(wakes_.number(), 1) == 0);
}

std::optional<Note> Inbox::take() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (notes_.empty()) return {};
    std::optional<Note> note(std::move(notes_.front()));
    notes_.pop_front();
    if (const auto* message = std::get_if<Message>(&note->content)) {
        --figures_.waiting_messages;
        figures_.waiting_bytes -= message->topic.size() + message->payload.size();
    }
    eventfd_t ignored = 0;
    if (notes_.empty()) CF_CHECK(::eventfd_read(wakes_.number(), &ignored) == 0);
    return note;
}

Inbox::Figures Inbox::figures() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return figures_;
}

}  // namespace counterfoil::link
