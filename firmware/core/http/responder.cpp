#include "firmware/core/http/responder.h"

#include "firmware/core/http/session.h"

namespace counterfoil::http {

Responder::Responder(Loop& loop, std::weak_ptr<Session> session, std::uint64_t number)
    : loop_(&loop), session_(std::move(session)), number_(number) {}

Responder::Responder(Responder&& other) noexcept
    : loop_(std::exchange(other.loop_, nullptr)),
      session_(std::move(other.session_)),
      number_(other.number_) {}

// A thread that is not the loop's may not hold a session, however shortly: it could be the last to.
Responder::~Responder() {
    if (loop_ == nullptr) return;
    loop_->post([session = std::move(session_), number = number_] {
        if (const auto held = session.lock(); held && held->awaits(number))
            held->refuse({500,
                          "no_answer",
                          {"The request was not answered.", "A kérésre nem jött válasz."}});
    });
}

bool Responder::is_wanted() const {
    const auto session = session_.lock();
    return loop_ != nullptr && session && session->awaits(number_);
}

// Sessions share themselves with their waits.
std::shared_ptr<Session> Responder::take() {
    CF_CHECK(loop_ != nullptr);
    loop_ = nullptr;
    auto session = session_.lock();
    return session && session->awaits(number_) ? session : nullptr;
}

void Responder::send(Response response) {
    if (const auto session = take()) session->answer(std::move(response));
}

void Responder::fail(Refusal refusal) {
    if (const auto session = take()) session->refuse(refusal);
}

std::optional<EventStream> Responder::stream() {
    const auto session = take();
    if (!session || !session->start_stream()) return {};
    return EventStream(session);
}

}  // namespace counterfoil::http
