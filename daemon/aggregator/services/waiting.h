#pragma once

#include <cstddef>
#include <deque>
#include <utility>

namespace counterfoil::services {

// What waits for a thread, in the order in which it came: no more than so many, and no more than
// so many bytes, of which each says as `bytes` how many it holds. Whoever shares it locks it.
template <class Item>
class Waiting {
  public:
    static constexpr std::size_t kRoom = 1000;
    static constexpr std::size_t kRoomBytes = 64UL << 20;

    // False where there is no room. What waits alone may be as large as it is.
    bool add(Item item) {
        if (items_.size() >= kRoom) return false;
        if (!items_.empty() && bytes_ + item.bytes > kRoomBytes) return false;
        bytes_ += item.bytes;
        items_.push_back(std::move(item));
        return true;
    }
    bool empty() const { return items_.empty(); }
    const Item& front() const { return items_.front(); }
    Item take() {
        Item item = std::move(items_.front());
        items_.pop_front();
        bytes_ -= item.bytes;
        return item;
    }

  private:
    std::deque<Item> items_;
    std::size_t bytes_ = 0;
};

}  // namespace counterfoil::services
