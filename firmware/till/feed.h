#pragma once

#include <functional>
#include <list>
#include <string>

#include "firmware/core/base/wording.h"
#include "firmware/core/http/event_stream.h"
#include "firmware/core/json/json.h"

namespace counterfoil::till {

// Tells the screens what has happened, over their event streams. A screen that does not listen, or
// listens too slowly, misses it and asks for the whole state when it is back. On the loop's thread.
class Feed {
  public:
    // Who listens: `screen` is empty where nobody has signed in there: then it hears what all hear.
    struct Who {
        std::string name;
        std::string screen;
        base::Language language = base::Language::english;
    };
    void join(Who who, http::EventStream stream);
    // Ends the streams of a screen, whose browser opens them anew as who it is now.
    void drop(const std::string& name);

    // To one screen, or to all where none is named.
    void tell(const std::string& name, const json::Object& data, const std::string& screen = {});
    // Each in its language; to one screen, or to all where none is named.
    using Telling = std::function<json::Object(base::Language)>;
    void tell_each(const std::string& name, const Telling& data, const std::string& screen = {});

    std::size_t listeners() const { return listeners_.size(); }

  private:
    struct Listener {
        Who who;
        http::EventStream stream;
    };
    void forget_closed();

    std::list<Listener> listeners_;
    std::uint64_t told_ = 0;
};

}  // namespace counterfoil::till
