#include "firmware/till/feed.h"

namespace counterfoil::till {

void Feed::join(const std::string& screen, http::EventStream stream) {
    listeners_.remove_if([](const Listener& listener) { return !listener.stream.is_open(); });
    listeners_.push_back({screen, std::move(stream)});
}

void Feed::tell(const std::string& name, const json::Object& data, const std::string& screen) {
    const auto text = data.write();
    if (!text.ok()) return;
    const std::string id = std::to_string(++told_);
    for (Listener& listener : listeners_)
        if (screen.empty() || listener.screen == screen)
            listener.stream.send(name, text.value(), id);
    listeners_.remove_if([](const Listener& listener) { return !listener.stream.is_open(); });
}

}  // namespace counterfoil::till
