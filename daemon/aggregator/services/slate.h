#pragma once

#include <map>
#include <vector>

#include "daemon/aggregator/ingest/own_facts.h"
#include "daemon/aggregator/services/account.h"

namespace counterfoil::services {

// What an act is going to ask for, as far as that is known before.
struct Wanted {
    std::vector<std::string> callers;
    std::vector<std::string> accounts;
    std::vector<std::string> references;  // of purchases

    void add(const Wanted& more);
};

// What is known of the store within one transaction: read for many acts at once, and kept true
// while they record purchases, so that these need not stand in the tables for the next act to see
// them. After anything else was recorded it is to be forgotten.
class Slate {
  public:
    // What is not known yet of what is wanted; its questions live as long as it does.
    class Ask {
      public:
        std::vector<store::Question> questions() const;

      private:
        friend class Slate;
        Wanted unknown_;
    };
    Ask ask(const Wanted& wanted) const;
    // Its questions' answers. Nothing may be recorded that the tables do not tell yet.
    void note(const Ask& ask, std::span<const store::Rows> answers);
    // Asks and notes.
    base::Status read(store::Database& database, const Wanted& wanted);
    void forget();

    // Of an account that was read; customer_unknown where there is none.
    Outcome<Account> find_account(const std::string& id) const;

    // Null where it was not read.
    const Standing* standing(const std::string& account) const;
    const std::optional<Account>* account(const std::string& id) const;
    const bool* is_taken(const std::string& reference) const;

    // What a purchase changes.
    void note(const ingest::RecordedPurchase& purchase);

  private:
    std::map<std::string, Standing> standings_;
    std::map<std::string, std::optional<Account>> accounts_;
    std::map<std::string, bool> references_;
};

}  // namespace counterfoil::services
