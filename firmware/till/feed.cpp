#include "firmware/till/feed.h"

namespace counterfoil::till {

void Feed::join(Who who, http::EventStream stream) {
    forget_closed();
    listeners_.push_back({std::move(who), std::move(stream)});
}

void Feed::drop(const std::string& name) {
    listeners_.remove_if([&](const Listener& listener) { return listener.who.name == name; });
}

void Feed::tell(const std::string& name, const json::Object& data, const std::string& screen) {
    const auto text = data.write();
    if (!text.ok()) return;
    const std::string id = std::to_string(++told_);
    for (Listener& listener : listeners_)
        if (screen.empty() || listener.who.screen == screen)
            listener.stream.send(name, text.value(), id);
    forget_closed();
}

void Feed::tell_all(const std::string& name,
                    const std::function<json::Object(base::Language)>& data) {
    const std::string id = std::to_string(++told_);
    for (Listener& listener : listeners_) {
        const auto text = data(listener.who.language).write();
        if (text.ok()) listener.stream.send(name, text.value(), id);
    }
    forget_closed();
}

void Feed::forget_closed() {
    listeners_.remove_if([](const Listener& listener) { return !listener.stream.is_open(); });
}

}  // namespace counterfoil::till
