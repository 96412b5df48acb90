// librdkafka, opened when the first cluster is, so that a tool on the local log starts without it.
//
// Calls    api().rd_kafka_NAME(...), with the meaning that librdkafka's own header gives them.
// Errors   api() throws Error(Kind::usage), code "no_librdkafka", where the library or one of its functions is missing.
// Threads  as librdkafka; the table is made once.
#pragma once

#include <librdkafka/rdkafka.h>

namespace weir::kafka {

// The formatter never comes to rest on a list of this length.
// clang-format off
#define WEIR_KAFKA_CALLS(CALL)                            \
  CALL(rd_kafka_version_str)                              \
  CALL(rd_kafka_conf_new)                                 \
  CALL(rd_kafka_produce_batch)                            \
  CALL(rd_kafka_controllerid)                             \
  CALL(rd_kafka_version)                                  \
  CALL(rd_kafka_conf_destroy)                             \
  CALL(rd_kafka_conf_set)                                 \
  CALL(rd_kafka_conf_get)                                 \
  CALL(rd_kafka_conf_set_log_cb)                          \
  CALL(rd_kafka_conf_set_events)                          \
  CALL(rd_kafka_conf_set_opaque)                          \
  CALL(rd_kafka_conf_set_error_cb)                        \
  CALL(rd_kafka_conf_dump)                                \
  CALL(rd_kafka_conf_dump_free)                           \
  CALL(rd_kafka_opaque)                                   \
  CALL(rd_kafka_new)                                      \
  CALL(rd_kafka_destroy_flags)                            \
  CALL(rd_kafka_err2str)                                  \
  CALL(rd_kafka_metadata)                                 \
  CALL(rd_kafka_metadata_destroy)                         \
  CALL(rd_kafka_query_watermark_offsets)                  \
  CALL(rd_kafka_offsets_for_times)                        \
  CALL(rd_kafka_get_watermark_offsets)                    \
  CALL(rd_kafka_topic_new)                                \
  CALL(rd_kafka_topic_destroy)                            \
  CALL(rd_kafka_topic_conf_new)                           \
  CALL(rd_kafka_consume_start)                            \
  CALL(rd_kafka_consume_stop)                             \
  CALL(rd_kafka_consume_batch_queue)                      \
  CALL(rd_kafka_message_destroy)                          \
  CALL(rd_kafka_message_timestamp)                        \
  CALL(rd_kafka_message_headers)                          \
  CALL(rd_kafka_message_errstr)                           \
  CALL(rd_kafka_header_get_all)                           \
  CALL(rd_kafka_headers_new)                              \
  CALL(rd_kafka_header_add)                               \
  CALL(rd_kafka_headers_destroy)                          \
  CALL(rd_kafka_header_cnt)                               \
  CALL(rd_kafka_queue_get_partition)                      \
  CALL(rd_kafka_queue_get_main)                           \
  CALL(rd_kafka_queue_destroy)                            \
  CALL(rd_kafka_queue_new)                                \
  CALL(rd_kafka_queue_poll)                               \
  CALL(rd_kafka_queue_io_event_enable)                    \
  CALL(rd_kafka_event_type)                               \
  CALL(rd_kafka_event_destroy)                            \
  CALL(rd_kafka_event_error)                              \
  CALL(rd_kafka_event_error_string)                       \
  CALL(rd_kafka_event_error_is_fatal)                     \
  CALL(rd_kafka_event_message_array)                      \
  CALL(rd_kafka_event_message_count)                      \
  CALL(rd_kafka_produceva)                                \
  CALL(rd_kafka_error_code)                               \
  CALL(rd_kafka_error_string)                             \
  CALL(rd_kafka_error_destroy)                            \
  CALL(rd_kafka_flush)                                    \
  CALL(rd_kafka_outq_len)                                 \
  CALL(rd_kafka_topic_partition_list_new)                 \
  CALL(rd_kafka_topic_partition_list_add)                 \
  CALL(rd_kafka_topic_partition_list_destroy)             \
  CALL(rd_kafka_AdminOptions_new)                         \
  CALL(rd_kafka_AdminOptions_destroy)                     \
  CALL(rd_kafka_AdminOptions_set_request_timeout)         \
  CALL(rd_kafka_AdminOptions_set_operation_timeout)       \
  CALL(rd_kafka_AdminOptions_set_validate_only)           \
  CALL(rd_kafka_NewTopic_new)                             \
  CALL(rd_kafka_NewTopic_destroy)                         \
  CALL(rd_kafka_NewTopic_set_config)                      \
  CALL(rd_kafka_CreateTopics)                             \
  CALL(rd_kafka_event_CreateTopics_result)                \
  CALL(rd_kafka_CreateTopics_result_topics)               \
  CALL(rd_kafka_topic_result_error)                       \
  CALL(rd_kafka_topic_result_error_string)                \
  CALL(rd_kafka_DeleteTopic_new)                          \
  CALL(rd_kafka_DeleteTopic_destroy)                      \
  CALL(rd_kafka_DeleteTopics)                             \
  CALL(rd_kafka_event_DeleteTopics_result)                \
  CALL(rd_kafka_DeleteTopics_result_topics)               \
  CALL(rd_kafka_NewPartitions_new)                        \
  CALL(rd_kafka_NewPartitions_destroy)                    \
  CALL(rd_kafka_CreatePartitions)                         \
  CALL(rd_kafka_event_CreatePartitions_result)            \
  CALL(rd_kafka_CreatePartitions_result_topics)           \
  CALL(rd_kafka_ConfigResource_new)                       \
  CALL(rd_kafka_ConfigResource_destroy)                   \
  CALL(rd_kafka_ConfigResource_set_config)                \
  CALL(rd_kafka_ConfigResource_configs)                   \
  CALL(rd_kafka_ConfigResource_error)                     \
  CALL(rd_kafka_ConfigResource_error_string)              \
  CALL(rd_kafka_DescribeConfigs)                          \
  CALL(rd_kafka_event_DescribeConfigs_result)             \
  CALL(rd_kafka_DescribeConfigs_result_resources)         \
  CALL(rd_kafka_ConfigEntry_name)                         \
  CALL(rd_kafka_ConfigEntry_value)                        \
  CALL(rd_kafka_ConfigEntry_is_default)                   \
  CALL(rd_kafka_ConfigEntry_source)                       \
  CALL(rd_kafka_AlterConfigs)                             \
  CALL(rd_kafka_event_AlterConfigs_result)                \
  CALL(rd_kafka_AlterConfigs_result_resources)            \
  CALL(rd_kafka_ListConsumerGroups)                       \
  CALL(rd_kafka_event_ListConsumerGroups_result)          \
  CALL(rd_kafka_ListConsumerGroups_result_valid)          \
  CALL(rd_kafka_ListConsumerGroups_result_errors)         \
  CALL(rd_kafka_ConsumerGroupListing_group_id)            \
  CALL(rd_kafka_ConsumerGroupListing_state)               \
  CALL(rd_kafka_consumer_group_state_name)                \
  CALL(rd_kafka_DescribeConsumerGroups)                   \
  CALL(rd_kafka_event_DescribeConsumerGroups_result)      \
  CALL(rd_kafka_DescribeConsumerGroups_result_groups)     \
  CALL(rd_kafka_ConsumerGroupDescription_error)           \
  CALL(rd_kafka_ConsumerGroupDescription_group_id)        \
  CALL(rd_kafka_ConsumerGroupDescription_state)           \
  CALL(rd_kafka_ConsumerGroupDescription_member_count)    \
  CALL(rd_kafka_ConsumerGroupDescription_member)          \
  CALL(rd_kafka_MemberDescription_client_id)              \
  CALL(rd_kafka_MemberDescription_group_instance_id)      \
  CALL(rd_kafka_MemberDescription_consumer_id)            \
  CALL(rd_kafka_MemberDescription_host)                   \
  CALL(rd_kafka_MemberDescription_assignment)             \
  CALL(rd_kafka_MemberAssignment_partitions)              \
  CALL(rd_kafka_ListConsumerGroupOffsets_new)             \
  CALL(rd_kafka_ListConsumerGroupOffsets_destroy)         \
  CALL(rd_kafka_ListConsumerGroupOffsets)                 \
  CALL(rd_kafka_event_ListConsumerGroupOffsets_result)    \
  CALL(rd_kafka_ListConsumerGroupOffsets_result_groups)   \
  CALL(rd_kafka_AlterConsumerGroupOffsets_new)            \
  CALL(rd_kafka_AlterConsumerGroupOffsets_destroy)        \
  CALL(rd_kafka_AlterConsumerGroupOffsets)                \
  CALL(rd_kafka_event_AlterConsumerGroupOffsets_result)   \
  CALL(rd_kafka_AlterConsumerGroupOffsets_result_groups)  \
  CALL(rd_kafka_group_result_error)                       \
  CALL(rd_kafka_group_result_partitions)                  \
  CALL(rd_kafka_DeleteGroup_new)                          \
  CALL(rd_kafka_DeleteGroup_destroy)                      \
  CALL(rd_kafka_DeleteGroups)                             \
  CALL(rd_kafka_event_DeleteGroups_result)                \
  CALL(rd_kafka_DeleteGroups_result_groups)               \
  CALL(rd_kafka_DeleteConsumerGroupOffsets_new)           \
  CALL(rd_kafka_DeleteConsumerGroupOffsets_destroy)       \
  CALL(rd_kafka_DeleteConsumerGroupOffsets)               \
  CALL(rd_kafka_event_DeleteConsumerGroupOffsets_result)  \
  CALL(rd_kafka_DeleteConsumerGroupOffsets_result_groups) \
  CALL(rd_kafka_fatal_error)                              \
  CALL(rd_kafka_purge)                                    \
  CALL(rd_kafka_message_status)

// Those of members of a group.
#define WEIR_KAFKA_GROUP_CALLS(CALL)                  \
  CALL(rd_kafka_subscribe)                            \
  CALL(rd_kafka_committed)                            \
  CALL(rd_kafka_commit_queue)                         \
  CALL(rd_kafka_assign)                               \
  CALL(rd_kafka_incremental_assign)                   \
  CALL(rd_kafka_incremental_unassign)                 \
  CALL(rd_kafka_assignment_lost)                      \
  CALL(rd_kafka_rebalance_protocol)                   \
  CALL(rd_kafka_list_groups)                          \
  CALL(rd_kafka_group_list_destroy)                   \
  CALL(rd_kafka_pause_partitions)                     \
  CALL(rd_kafka_consumer_close_queue)                 \
  CALL(rd_kafka_consumer_closed)                      \
  CALL(rd_kafka_unsubscribe)                          \
  CALL(rd_kafka_memberid)                             \
  CALL(rd_kafka_mem_free)                             \
  CALL(rd_kafka_conf)                                 \
  CALL(rd_kafka_queue_get_consumer)                   \
  CALL(rd_kafka_queue_forward)                        \
  CALL(rd_kafka_event_topic_partition_list)           \
  CALL(rd_kafka_conf_interceptor_add_on_new)          \
  CALL(rd_kafka_interceptor_add_on_request_sent)      \
  CALL(rd_kafka_interceptor_add_on_response_received)
// clang-format on

struct Api {
#define WEIR_KAFKA_MEMBER(name) decltype(&::name) name;
  WEIR_KAFKA_CALLS(WEIR_KAFKA_MEMBER)
  WEIR_KAFKA_GROUP_CALLS(WEIR_KAFKA_MEMBER)
#undef WEIR_KAFKA_MEMBER
};

const Api& api();

}  // namespace weir::kafka
