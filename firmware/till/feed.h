#pragma once

#include <list>
#include <string>

#include "firmware/core/http/event_stream.h"
#include "firmware/core/json/json.h"

namespace counterfoil::till {

// Tells the screens what has happened, over their event streams. A screen that does not listen, or
// listens too slowly, misses it and asks for the whole state when it is back. On the loop's thread.
class Feed {
  public:
    void join(const std::string& screen, http::EventStream stream);

    // To one screen, or to all where none is named.
    void tell(const std::string& name, const json::Object& data, const std::string& screen = {});

    std::size_t listeners() const { return listeners_.size(); }

  private:
    struct Listener {
        std::string screen;
        http::EventStream stream;
    };
    std::list<Listener> listeners_;
    std::uint64_t told_ = 0;
};

}  // namespace counterfoil::till
