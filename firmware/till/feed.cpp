#include "firmware/till/feed.h"

#include <map>

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

void Feed::tell_each(const std::string& name, const Telling& data, const std::string& screen) {
    const std::string id = std::to_string(++told_);
    // What it costs to say it is paid once a language.
    std::map<base::Language, std::string> said;
    for (Listener& listener : listeners_) {
        if (!screen.empty() && listener.who.screen != screen) continue;
        const auto [place, is_new] = said.try_emplace(listener.who.language);
        if (is_new) {
            const auto text = data(listener.who.language).write();
            if (text.ok()) place->second = text.value();
        }
        if (!place->second.empty()) listener.stream.send(name, place->second, id);
    }
    forget_closed();
}

void Feed::forget_closed() {
    listeners_.remove_if([](const Listener& listener) { return !listener.stream.is_open(); });
}

}  // namespace counterfoil::till
