#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "daemon/aggregator/ingest/reception.h"
#include "tests/support/fleet.h"

namespace counterfoil::test {

// What a process of the centre does with what came in.
enum class IngestWay { keep, take };

// Up to which event of a terminal's ledger the centre has said that it holds it.
struct Promise {
    std::string terminal;
    std::int64_t seq = 0;
};

// What the terminals of a seeded day send to the centre, one group of messages after the other, and
// what the centre's database holds after each group when nothing goes wrong. Each ledger is cut in
// two ways that overlap, batches come again, and some messages are none.
class IngestDay {
  public:
    explicit IngestDay(std::uint64_t seed);

    std::size_t groups() const { return groups_.size(); }

    // The schema and the terminals, in an empty database.
    base::Status prepare(store::Database& database) const;

    // The centre, with another signer of its key or with none but that.
    ingest::Reception::World centre(store::Database& database, crypto::Signer& signer) const {
        return {database, signer, clock_};
    }
    ingest::Reception::World centre(store::Database& database) {
        return centre(database, key_.key);
    }
    crypto::SigningKey& key() { return key_.key; }

    // A group given to the centre, and what it then promised. Only events of this day are promised.
    base::Result<std::vector<Promise>> take(ingest::Reception& reception, std::size_t group) const;
    base::Result<std::vector<Promise>> keep(store::Database& database, std::size_t group) const;

    // Whether the rows are those of a straight run after that many groups, to the last column.
    bool is_after(store::Database& database, std::size_t groups) const;
    // Gives all that came on the day once more, together; what is wrong with the rows then.
    std::optional<std::string> give_all_again(store::Database& database);

  private:
    struct Message {
        std::string terminal;
        std::string payload;
    };
    using Group = std::vector<Message>;
    using Snapshot = std::vector<store::Rows>;

    base::Result<std::vector<Promise>> give(ingest::Reception& reception, const Group& group) const;
    std::vector<Message> messages(std::size_t terminal, std::mt19937_64& random) const;
    void mix(std::mt19937_64& random);
    void run_straight();
    void check_rebuilt(store::Database& database) const;
    Promise checked(const Promise& promise, const crypto::Digest& head) const;
    static Snapshot rows_of(store::Database& database);

    Fleet fleet_;
    TestTill key_;
    base::SettableClock clock_{kMorning};
    crypto::Verifier verifier_;
    std::vector<Group> groups_;
    std::vector<Snapshot> after_;
};

}  // namespace counterfoil::test
