"""Running canisters: from a bundle of Kybra source to one executed message."""
