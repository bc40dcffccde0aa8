#pragma once

#include "firmware/core/base/worker.h"
#include "firmware/till/api.h"
#include "firmware/till/doorbell.h"
#include "firmware/till/shift_watch.h"
#include "firmware/till/till_folder.h"

namespace counterfoil::till {

// What managers look at: the ledger, the shift's figures, what is risked while the centre is away.
// All that it is given must outlive it. On the loop's thread, but for checking the ledger.
class ManagerRoutes {
  public:
    struct World {
        http::Loop& loop;
        Api& api;
        checkout::CashDesk& desk;
        journal::Journal& journal;
        TillFolder folder;
        std::function<Doorbell&()> doorbell;
    };
    explicit ManagerRoutes(World world) : world_(std::move(world)), watch_(world_.journal) {}

    base::Status add_routes(http::Router& router);
    // To be called when something was recorded, and once before.
    void follow();

  private:
    base::Status add_journal(http::Router& router);
    base::Status add_figures(http::Router& router);
    Answer events(const Call& call);
    Answer event(const Call& call);
    void verify(const Call& call, std::function<void(Answer)> then);
    Answer figures();
    Answer exposure();
    base::Result<json::Object> risked(const journal::Risk& risk);

    World world_;
    ShiftWatch watch_;
    // Another one than PINs are looked at by: nobody who signs in waits for a check.
    base::Worker checker_{1};
};

}  // namespace counterfoil::till
