#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "firmware/core/base/result.h"

namespace counterfoil::aggregator {

struct TurnBounds {
    std::size_t bytes_of_one = 0;
    std::size_t bytes_of_all = 0;
};

// What goes where there is no room: of what comes in order, the newest, so that the rest still
// follows from what was there; of what says all that was said before, the oldest.
enum class Dropping { newest, oldest };

// Items that wait, each name's in their order, and are taken in turns: one of every name, then one
// of every name again. So nobody waits for more than one item of each other, whatever they pile up.
// Where one name has too much, its own is dropped; where all have, it is dropped of whoever has
// most. One thread at a time.
template <class Item>
class Turns {
  public:
    // Each item counts for its bytes and for so many more, which keeping it and working at it cost.
    static constexpr std::size_t kItemBytes = 1024;

    Turns(const TurnBounds& bounds, Dropping dropping) : bounds_(bounds), dropping_(dropping) {
        CF_CHECK(bounds_.bytes_of_one <= bounds_.bytes_of_all);
    }

    struct Dropped {
        std::string name;
        std::size_t bytes = 0;  // of the item alone
    };
    // What was dropped for it or, where there is no room for it, itself.
    std::vector<Dropped> add(const std::string& name, Item item, std::size_t bytes) {
        std::vector<Dropped> dropped;
        const std::size_t weight = bytes + kItemBytes;
        if (weight > bounds_.bytes_of_one) return {{name, bytes}};
        const auto [lane, is_new] = lanes_.try_emplace(name);
        if (is_new) order_.push_back(lane);
        push(lane, {std::move(item), weight});
        while (lane->second.bytes > bounds_.bytes_of_one) dropped.push_back(drop(lane));
        while (bytes_ > bounds_.bytes_of_all) dropped.push_back(drop(fullest()));
        return dropped;
    }

    bool empty() const { return items_ == 0; }
    std::size_t size() const { return items_; }
    std::size_t bytes() const { return bytes_; }

    // Whose turn it is; there is one.
    Item& front() {
        CF_CHECK(!empty());
        // A lane whose items were all dropped still stands in its place.
        while (order_.front()->second.items.empty()) leave();
        return order_.front()->second.items.front().item;
    }
    void pop() {
        front();
        const auto lane = order_.front();
        remove(lane, lane->second.items.begin());
        if (lane->second.items.empty()) return leave();
        order_.pop_front();
        order_.push_back(lane);
    }
    void clear() {
        sizes_.clear();
        order_.clear();
        lanes_.clear();
        items_ = bytes_ = 0;
    }

  private:
    struct Weighed {
        Item item;
        std::size_t weight;
    };
    struct Lane {
        std::deque<Weighed> items;
        std::size_t bytes = 0;
    };
    using Lanes = std::map<std::string, Lane, std::less<>>;
    using Place = typename Lanes::iterator;

    void leave() {
        lanes_.erase(order_.front());
        order_.pop_front();
    }
    void resize(Place lane, std::size_t bytes) {
        sizes_.erase({lane->second.bytes, lane->first});
        bytes_ = bytes_ - lane->second.bytes + bytes;
        lane->second.bytes = bytes;
        if (bytes > 0) sizes_.insert({bytes, lane->first});
    }
    void push(Place lane, Weighed weighed) {
        resize(lane, lane->second.bytes + weighed.weight);
        lane->second.items.push_back(std::move(weighed));
        ++items_;
    }
    void remove(Place lane, typename std::deque<Weighed>::iterator item) {
        resize(lane, lane->second.bytes - item->weight);
        lane->second.items.erase(item);
        --items_;
    }
    Place fullest() {
        CF_CHECK(!sizes_.empty());
        return lanes_.find(sizes_.rbegin()->second);
    }
    Dropped drop(Place lane) {
        auto& items = lane->second.items;
        const auto item = dropping_ == Dropping::oldest ? items.begin() : std::prev(items.end());
        const Dropped dropped{lane->first, item->weight - kItemBytes};
        remove(lane, item);
        return dropped;
    }

    const TurnBounds bounds_;
    const Dropping dropping_;
    Lanes lanes_;
    std::deque<Place> order_;
    std::set<std::pair<std::size_t, std::string_view>> sizes_;  // names are the lanes' own
    std::size_t items_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace counterfoil::aggregator
