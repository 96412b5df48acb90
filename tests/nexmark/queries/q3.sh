#!/bin/bash
# Who sells in category 10 and lives in Oregon, Idaho or California: two tables, of which one refers to the other.
join --foreign-key .seller --on .id --ts .dateTime <(filter '.category == 10' topic:auction) \
  <(filter '.state == "OR" or .state == "ID" or .state == "CA"' topic:person) |
  map '{name: .right.name, city: .right.city, state: .right.state, auction: .left.id}'
