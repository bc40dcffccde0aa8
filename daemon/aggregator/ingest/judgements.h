#pragma once

#include <array>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace counterfoil::ingest {

// What a terminal was found to be that somebody has to see to.
enum class Judged { fork, frozen, clone, behind, quarantined };
inline constexpr std::size_t kJudged = 5;

struct Judgement {
    std::string terminal;
    Judged judged = Judged::fork;
    std::string sentence;  // for people
};

// A stable name.
std::string_view judged_name(Judged judged);

// Tells of terminals once: the same again only when it was not so for an hour. However many come
// and whatever they do, no more is told in a minute than somebody reads; what was not told for that
// is told when it comes again. One thread.
class Judgements {
  public:
    using Tell = std::function<void(const Judgement&)>;
    explicit Judgements(Tell tell) : tell_(std::move(tell)) {}

    // The terminal is one that is known: each takes a little memory for good.
    void note(std::string_view terminal, Judged judged, std::string_view sentence);
    // What was noted stands.
    void tell(std::int64_t now_ms);
    // It does not, and will be noted again.
    void forget() { noted_.clear(); }

  private:
    struct Last {
        std::int64_t seen_ms = 0;
        bool is_told = false;
    };
    bool has_room(std::int64_t now_ms);

    Tell tell_;
    std::vector<Judgement> noted_;
    std::map<std::string, std::array<Last, kJudged>, std::less<>> terminals_;
    std::int64_t minute_ms_ = 0;  // when the one began in which so many were told
    int told_ = 0;
};

}  // namespace counterfoil::ingest
