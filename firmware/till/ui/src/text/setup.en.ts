// What is said at a till's first start, in English.
export const setup = {
  setup_language: "Choose the language of this till",
  setup_title: "Set up this till",
  setup_how: "Your centre has told you its address and a code for this till. A code works once.",
  setup_address: "Address of the centre",
  setup_address_wrong: "An address starts with https:// and a name, as in https://centre.example.",
  setup_code: "One-time code",
  setup_code_wrong: "A code has 12 letters and digits, as in ABCD-EFGH-JKMN.",
  setup_begin: "Set up",
  setup_works: "Setting up…",
  setup_works_more: "The till makes its keys and asks the centre. It may take a minute.",
  setup_failed: "That did not work",
  setup_what_next:
    "Check the address, the code and the network cable. " +
    "If the code is spent or too old, ask your centre for another one.",
  setup_again: "Try again",
  setup_waits: "This till is set up",
  setup_waits_more: "Its prices, staff and members are on their way from the centre.",
  setup_done: "This till is set up. It starts now.",
};
