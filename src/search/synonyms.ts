import { stem } from './stem.ts';
import { tokenize } from './tokens.ts';

/**
 * Words that people use for one another when they ask for something to be done, each line a group. General English
 * and Chinese only: the words of a trade belong into `tools.examples` of the configuration.
 */
const groups = `
create add new make generate build insert register 创建 新建 添加 生成 增加
delete remove erase drop clear destroy uninstall 删除 移除 清除
get show fetch retrieve read view display obtain 获取 查看 读取 显示
list enumerate browse 列出 列表
find search lookup query discover locate look 搜索 查找 查询 检索
update edit modify change alter set patch 更新 修改 编辑 更改
send post publish submit 发送 发布 提交
write save store 写入 保存 存储
open launch start run execute begin 打开 启动 运行 执行 开始
close stop end terminate kill quit cancel abort 关闭 停止 结束 终止 取消
copy duplicate clone fork 复制 克隆
move rename relocate 移动 命名
download fetch pull 下载
upload attach push 上传
convert transform translate change 转换
translate translation language 翻译
connect join link attach 连接
compare difference diff versus 比较 对比
count number many total amount quantity 数量 统计
sum add total plus 求和
calculate compute evaluate math arithmetic 计算
summarize summary overview digest 总结 摘要
explain describe description detail information info 说明 描述 详情 信息
check verify validate test 检查 验证 测试
analyze analysis analytics examine inspect 分析
monitor watch observe track 监控 跟踪
schedule plan calendar appointment 日程 计划 安排 日历
allow permission grant access role 权限 授权 访问
filter match condition 过滤 筛选
sort order rank ranking top 排序 排名 排行
merge combine join concatenate 合并
split divide separate 拆分 分割
compress zip archive pack gzip 压缩
extract unzip parse 提取 解压 解析
import load ingest 导入 加载
export dump 导出
install setup deploy 安装 部署
enable activate 启用
disable deactivate 禁用
restore recover backup revert undo rollback 恢复 备份 回滚
reply answer respond response comment 回复 评论
message chat dm 消息 聊天
email mail inbox 邮件 邮箱
notify alert notification reminder remind 通知 提醒 警报
user person people member account profile 用户 成员 账户 人员
team group organization company 团队 组织 公司
contact colleague 联系 同事
file document doc 文件 文档
folder directory path 目录 路径
page website site web url link 网页 网站 页面 链接
image picture photo graphic screenshot 图片 图像 照片 截图
video movie film clip 视频 电影
audio sound music song 音频 音乐 歌曲
text string words 文本 文字
table spreadsheet excel sheet 表格
row record entry item 记录 条目
column field attribute property 字段 属性
chart graph plot diagram visualize visualization draw 图表 绘图
report statement 报告 报表
map location place geographic 地图 地点 位置
address geocode coordinate 地址 坐标
route direction navigation path 路线 导航
near nearby around close distance 附近 距离
weather forecast temperature climate 天气 预报 气温
news headline article 新闻 文章
stock share equity ticker 股票
price cost fee value 价格 费用 成本
buy purchase order 购买 订单
money currency exchange payment pay 货币 汇率 支付
finance financial revenue income earnings profit 财务 收入 利润
hotel accommodation lodging stay 酒店 住宿
flight airline plane airport 航班 机票 机场
train railway station 火车 车站
car vehicle drive 汽车
trip travel journey tour itinerary 旅行 旅游 行程
restaurant food eat meal recipe cook dish 餐厅 美食 菜谱 菜品
health medical medicine disease patient 健康 医疗 疾病
drug medication 药物
paper publication study research literature 论文 研究 文献
book novel 图书 书籍
game play player 游戏 玩家
date day time 日期 时间
latest recent newest current now today 最新 最近 当前 今天
history log past activity 历史 日志
error bug problem issue failure exception 错误 问题 异常
repository repo project 仓库 项目
code source program script 代码 脚本
commit revision 提交
branch fork 分支
package library module dependency 依赖
server host machine instance 主机 实例
container docker image 容器
process task job 进程 任务
command shell terminal console cli 命令 终端
memory ram 内存
network connection internet 网络
database db sql 数据
schema structure model 结构 模型
index key 索引
setting configuration config preference option 配置 设置
secret password credential key token 密码 密钥 凭证
certificate ssl tls 证书
storage disk volume 磁盘
version release 版本
status state health 状态
metric statistic stats usage measure performance 指标 性能
ticket task todo issue 工单 任务 待办
tag label category 标签 分类
note memo 笔记
question faq ask 问题
documentation docs guide manual tutorial reference 文档 教程
example sample template 示例 模板
best recommendation advice suggest suggestion practice 推荐 建议
click press tap 点击
type enter input fill 输入 填写
browser chrome tab 浏览 标签
remember memory knowledge 记忆 知识
word term 词语
size big large length 大小
id identifier 标识`;

const synonyms = new Map<string, Set<string>>();
for (const group of groups.trim().split('\n')) {
  const stems = new Set(tokenize(group).map(stem));
  for (const word of stems) {
    const known = synonyms.get(word) ?? new Set();
    for (const other of stems) if (other !== word) known.add(other);
    synonyms.set(word, known);
  }
}

/** The stems that may stand for the stem `word`, in English and Chinese; most words have none. */
export function synonymsOf(word: string): Iterable<string> {
  return synonyms.get(word) ?? [];
}
