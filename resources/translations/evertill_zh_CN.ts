<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>ApprovalDesk</name>
    <message>
        <source>Checking the PIN …</source>
        <translation>正在核对密码…</translation>
    </message>
    <message>
        <source>PIN</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>批准</translation>
    </message>
    <message>
        <source>Scan a badge, or type a PIN</source>
        <translation>扫描工牌或输入密码</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Reason, if there is one</source>
        <translation>原因（可不选）</translation>
    </message>
</context>
<context>
    <name>ApprovalTexts</name>
    <message>
        <source>Price of {name}: {before} → {after}</source>
        <translation>{name} 改价：{before} → {after}</translation>
    </message>
    <message>
        <source>Give up this sale: {amount}</source>
        <translation>作废整单：{amount}</translation>
    </message>
    <message>
        <source>Void {name}: {amount}</source>
        <translation>删除 {name}：{amount}</translation>
    </message>
    <message>
        <source>Open the drawer: {reason}</source>
        <translation>开钱箱：{reason}</translation>
    </message>
    <message>
        <source>Print receipt {number} again</source>
        <translation>重打小票 {number}</translation>
    </message>
    <message>
        <source>Approval</source>
        <translation>批准</translation>
    </message>
    <message>
        <source>Discount {percent} on {name}: {amount}</source>
        <translation>{name} 折扣 {percent}：{amount}</translation>
    </message>
    <message>
        <source>Discount {percent} on the sale: {amount}</source>
        <translation>整单折扣 {percent}：{amount}</translation>
    </message>
    <message>
        <source>Discount on {name}: {amount}</source>
        <translation>{name} 折扣：{amount}</translation>
    </message>
    <message>
        <source>Discount on the sale: {amount}</source>
        <translation>整单折扣：{amount}</translation>
    </message>
    <message>
        <source>Nobody does this alone: a second person allows it.</source>
        <translation>此操作不能一人完成，需要第二人批准。</translation>
    </message>
    <message>
        <source>This is more than {name} may give alone.</source>
        <translation>超出 {name} 的权限。</translation>
    </message>
    <message>
        <source>{name} may not do this alone.</source>
        <translation>{name} 不能单独执行此操作。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>May approve: {roles}</source>
        <translation>可批准：{roles}</translation>
    </message>
    <message>
        <source>Customer left</source>
        <translation>顾客离开</translation>
    </message>
    <message>
        <source>Cannot pay</source>
        <translation>无法付款</translation>
    </message>
    <message>
        <source>Mistake</source>
        <translation>录错</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>培训</translation>
    </message>
    <message>
        <source>Goodwill</source>
        <translation>优待顾客</translation>
    </message>
    <message>
        <source>Complaint</source>
        <translation>投诉</translation>
    </message>
    <message>
        <source>Agreed</source>
        <translation>已议定</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>破损</translation>
    </message>
    <message>
        <source>Short date</source>
        <translation>临期</translation>
    </message>
    <message>
        <source>Shelf price</source>
        <translation>货架标价</translation>
    </message>
</context>
<context>
    <name>BandWriter</name>
    <message>
        <source>No order is chosen</source>
        <translation>没有选中订单</translation>
    </message>
    <message>
        <source>{count} orders in one walk</source>
        <translation>{count} 个订单一起拣</translation>
    </message>
    <message>
        <source>Start picking</source>
        <translation>开始拣货</translation>
    </message>
    <message>
        <source>Pick {count} together</source>
        <translation>{count} 单一起拣</translation>
    </message>
    <message>
        <source>Hand over</source>
        <translation>交货</translation>
    </message>
    <message>
        <source>Put back</source>
        <translation>放回货架</translation>
    </message>
    <message>
        <source>All is back</source>
        <translation>已全部放回</translation>
    </message>
    <message>
        <source>Put away</source>
        <translation>上架待取</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>接手</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续拣货</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Pick list</source>
        <translation>拣货单</translation>
    </message>
    <message>
        <source>Nothing of this order is left to pick.</source>
        <translation>这个订单没有要拣的了。</translation>
    </message>
    <message>
        <source>Tell customer</source>
        <translation>通知顾客</translation>
    </message>
    <message>
        <source>The customer is told when the order is ready; then a reminder can be sent.</source>
        <translation>订单备好时会通知顾客，之后才能发提醒。</translation>
    </message>
    <message>
        <source>{items}, about {span} to pick</source>
        <translation>{items}，约需 {span}</translation>
    </message>
    <message>
        <source>{count} to go</source>
        <translation>还剩 {count}</translation>
    </message>
    <message>
        <source>{count} short</source>
        <translation>缺货 {count}</translation>
    </message>
    <message>
        <source>{count} asked</source>
        <translation>待答复 {count}</translation>
    </message>
    <message>
        <source>{items} to put back</source>
        <translation>{items}待放回</translation>
    </message>
</context>
<context>
    <name>CardWriter</name>
    <message>
        <source>1 item</source>
        <translation>1 件</translation>
    </message>
    <message>
        <source>{count} items</source>
        <translation>{count} 件</translation>
    </message>
    <message>
        <source>Collect {window}</source>
        <translation>取货 {window}</translation>
    </message>
    <message>
        <source>Due {amount}</source>
        <translation>待付 {amount}</translation>
    </message>
    <message>
        <source>Check ID {age}+</source>
        <translation>查验证件 {age}+</translation>
    </message>
    <message>
        <source>Customer is here</source>
        <translation>顾客已到</translation>
    </message>
    <message>
        <source>At risk: {count}</source>
        <translation>可能缺货 {count}</translation>
    </message>
    <message>
        <source>Asked customer about 1 swap</source>
        <translation>已问顾客 1 项替换</translation>
    </message>
    <message>
        <source>Asked customer about {count} swaps</source>
        <translation>已问顾客 {count} 项替换</translation>
    </message>
    <message>
        <source>To put away</source>
        <translation>待上架</translation>
    </message>
    <message>
        <source>not put away</source>
        <translation>未上架</translation>
    </message>
    <message>
        <source>1 bag</source>
        <translation>1 袋</translation>
    </message>
    <message>
        <source>{count} bags</source>
        <translation>{count} 袋</translation>
    </message>
    <message>
        <source>Paused for {name}</source>
        <translation>暂停，待 {name}</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>{done} of {all}</source>
        <translation>{done} / {all}</translation>
    </message>
    <message>
        <source>Ready {span}</source>
        <translation>已备好 {span}</translation>
    </message>
    <message>
        <source>Here now</source>
        <translation>刚到</translation>
    </message>
    <message>
        <source>Here, {span}</source>
        <translation>已到 {span}</translation>
    </message>
    <message>
        <source>Return to stock</source>
        <translation>退回库存</translation>
    </message>
    <message>
        <source>Return to stock {time}</source>
        <translation>{time} 退回库存</translation>
    </message>
    <message>
        <source>{count} min</source>
        <translation>{count} 分钟</translation>
    </message>
    <message>
        <source>{count} h</source>
        <translation>{count} 小时</translation>
    </message>
    <message>
        <source>{count} days</source>
        <translation>{count} 天</translation>
    </message>
</context>
<context>
    <name>ColumnWriter</name>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新订单</translation>
    </message>
    <message>
        <source>Picking</source>
        <translation>拣货中</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>待取</translation>
    </message>
    <message>
        <source>soonest first</source>
        <translation>最急的在前</translation>
    </message>
    <message>
        <source>scan a tote to open</source>
        <translation>扫周转箱打开</translation>
    </message>
    <message>
        <source>customers here first</source>
        <translation>已到的顾客在前</translation>
    </message>
    <message>
        <source>{count} marked</source>
        <translation>已选 {count}</translation>
    </message>
    <message>
        <source>Nothing fits the filter</source>
        <translation>没有符合筛选的订单</translation>
    </message>
    <message>
        <source>Esc shows every order again.</source>
        <translation>按 Esc 重新显示全部订单。</translation>
    </message>
    <message>
        <source>No new order</source>
        <translation>没有新订单</translation>
    </message>
    <message>
        <source>The next one rings and stands here.</source>
        <translation>有新订单会响铃并出现在这里。</translation>
    </message>
    <message>
        <source>Nobody is picking</source>
        <translation>没有人在拣货</translation>
    </message>
    <message>
        <source>Choose a new order, press Enter.</source>
        <translation>选一个新订单，按 Enter。</translation>
    </message>
    <message>
        <source>Nothing to collect</source>
        <translation>没有待取的订单</translation>
    </message>
    <message>
        <source>Orders that are picked wait here.</source>
        <translation>拣好的订单在这里等待。</translation>
    </message>
    <message>
        <source>due within {minutes} min</source>
        <translation>{minutes} 分钟内到时</translation>
    </message>
    <message>
        <source>late</source>
        <translation>已超时</translation>
    </message>
</context>
<context>
    <name>DetailWriter</name>
    <message>
        <source>Due {amount}</source>
        <translation>待付 {amount}</translation>
    </message>
    <message>
        <source>Collect</source>
        <translation>取货</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>Payment</source>
        <translation>付款</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>电话</translation>
    </message>
    <message>
        <source>Customer is here</source>
        <translation>顾客已到</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Ordered at</source>
        <translation>下单渠道</translation>
    </message>
    <message>
        <source>sold at a counter: it may be missing</source>
        <translation>柜台已卖出，可能缺货</translation>
    </message>
    <message>
        <source>{place}, stock {count}</source>
        <translation>{place}，库存 {count}</translation>
    </message>
    <message>
        <source>swapped</source>
        <translation>已替换</translation>
    </message>
    <message>
        <source>customer asked</source>
        <translation>已问顾客</translation>
    </message>
    <message>
        <source>swap agreed</source>
        <translation>同意替换</translation>
    </message>
    <message>
        <source>picked</source>
        <translation>已拣</translation>
    </message>
    <message>
        <source>short</source>
        <translation>缺货</translation>
    </message>
    <message>
        <source>handed over</source>
        <translation>已交货</translation>
    </message>
    <message>
        <source>refused, to put back</source>
        <translation>顾客不要，待放回</translation>
    </message>
    <message>
        <source>back on the shelf</source>
        <translation>已放回货架</translation>
    </message>
    <message>
        <source>written off</source>
        <translation>已报损</translation>
    </message>
    <message>
        <source>not picked any more</source>
        <translation>不再拣</translation>
    </message>
    <message>
        <source>to put back</source>
        <translation>待放回</translation>
    </message>
    <message>
        <source>Take the mark off</source>
        <translation>取消选择</translation>
    </message>
    <message>
        <source>Mark to pick together</source>
        <translation>选入一起拣</translation>
    </message>
    <message>
        <source>Choose a line first.</source>
        <translation>先选一行。</translation>
    </message>
    <message>
        <source>Back on the shelf</source>
        <translation>放回货架</translation>
    </message>
    <message>
        <source>Write off</source>
        <translation>报损</translation>
    </message>
</context>
<context>
    <name>DeviceRowView</name>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
</context>
<context>
    <name>EntryPanelView</name>
    <message>
        <source>Confirm</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
</context>
<context>
    <name>FeedbackSlot</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
</context>
<context>
    <name>HandBackPieces</name>
    <message>
        <source>Hand back</source>
        <translation>找零明细</translation>
    </message>
</context>
<context>
    <name>HeldPanel</name>
    <message>
        <source>No held sale. F4 holds the open one.</source>
        <translation>没有挂单。按 F4 可挂起当前销售单。</translation>
    </message>
    <message>
        <source>Held sales</source>
        <translation>挂单列表</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Keys of this screen</source>
        <translation>本页快捷键</translation>
    </message>
    <message>
        <source>Quantity of the next scan</source>
        <translation>下一次扫码的数量</translation>
    </message>
    <message>
        <source>One more, one less</source>
        <translation>加一件、减一件</translation>
    </message>
    <message>
        <source>Void the line</source>
        <translation>删除该行</translation>
    </message>
    <message>
        <source>Quick key 7</source>
        <translation>快捷键 7</translation>
    </message>
    <message>
        <source>Move in the record</source>
        <translation>在清单中移动</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Member</source>
        <translation>会员</translation>
    </message>
    <message>
        <source>Members</source>
        <translation>会员</translation>
    </message>
    <message>
        <source>Hold the sale</source>
        <translation>挂单</translation>
    </message>
    <message>
        <source>Held sales</source>
        <translation>挂单列表</translation>
    </message>
    <message>
        <source>Coupon</source>
        <translation>优惠券</translation>
    </message>
    <message>
        <source>Discount on the line</source>
        <translation>单品折扣</translation>
    </message>
    <message>
        <source>Discount on the sale</source>
        <translation>整单折扣</translation>
    </message>
    <message>
        <source>Pay</source>
        <translation>收款</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Print the last receipt again</source>
        <translation>重打上一张小票</translation>
    </message>
    <message>
        <source>Lock the till</source>
        <translation>锁定收银台</translation>
    </message>
    <message>
        <source>Sell</source>
        <translation>收银</translation>
    </message>
    <message>
        <source>Pickup</source>
        <translation>自提</translation>
    </message>
    <message>
        <source>Stock</source>
        <translation>库存</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>班次</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Cash</source>
        <translation>现金</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>银行卡</translation>
    </message>
    <message>
        <source>Mobile code</source>
        <translation>付款码</translation>
    </message>
    <message>
        <source>Gift card or points</source>
        <translation>礼品卡或积分</translation>
    </message>
    <message>
        <source>Print a receipt or not</source>
        <translation>是否打印小票</translation>
    </message>
    <message>
        <source>Complete the sale</source>
        <translation>完成销售</translation>
    </message>
    <message>
        <source>Erase a digit</source>
        <translation>删除一位</translation>
    </message>
    <message>
        <source>Erase the amount</source>
        <translation>清空金额</translation>
    </message>
</context>
<context>
    <name>Keypad</name>
    <message>
        <source>Delete last digit</source>
        <translation>删除最后一位</translation>
    </message>
</context>
<context>
    <name>LockViewModel</name>
    <message>
        <source>The till is locked</source>
        <translation>收银台已锁定</translation>
    </message>
    <message>
        <source>Type your PIN, or scan your badge. The open sale is kept.</source>
        <translation>请输入密码或扫描工牌。当前销售单已保留。</translation>
    </message>
    <message>
        <source>Checking the PIN …</source>
        <translation>正在核对密码…</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>解锁</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Sell</source>
        <translation>收银</translation>
    </message>
    <message>
        <source>Pay</source>
        <translation>收款</translation>
    </message>
    <message>
        <source>Locked</source>
        <translation>已锁定</translation>
    </message>
</context>
<context>
    <name>MemberStripView</name>
    <message>
        <source>Remove member</source>
        <translation>移除会员</translation>
    </message>
</context>
<context>
    <name>MembersViewModel</name>
    <message>
        <source>Members</source>
        <translation>会员</translation>
    </message>
    <message>
        <source>Scan a card, or type a name or the end of a phone number</source>
        <translation>扫描会员卡，或输入姓名、手机尾号</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Tier</source>
        <translation>等级</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>会员卡</translation>
    </message>
    <message>
        <source>Points</source>
        <translation>积分</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>手机</translation>
    </message>
    <message>
        <source>Add to the sale</source>
        <translation>加入销售单</translation>
    </message>
    <message>
        <source>No member fits. Check the spelling, or scan the card.</source>
        <translation>没有符合的会员。请检查输入，或扫描会员卡。</translation>
    </message>
</context>
<context>
    <name>OrderPanel</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Lines of the order</source>
        <translation>订单明细</translation>
    </message>
</context>
<context>
    <name>PanelAnswers</name>
    <message>
        <source>no price</source>
        <translation>无价格</translation>
    </message>
    <message>
        <source>tax {rate}</source>
        <translation>税率 {rate}</translation>
    </message>
</context>
<context>
    <name>PanelTexts</name>
    <message>
        <source>Quantity</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>重量</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>改价</translation>
    </message>
    <message>
        <source>Open price</source>
        <translation>自定义价格</translation>
    </message>
    <message>
        <source>Discount</source>
        <translation>折扣</translation>
    </message>
    <message>
        <source>Discount on the sale</source>
        <translation>整单折扣</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Note on the sale</source>
        <translation>整单备注</translation>
    </message>
    <message>
        <source>Coupon</source>
        <translation>优惠券</translation>
    </message>
    <message>
        <source>Member</source>
        <translation>会员</translation>
    </message>
    <message>
        <source>Hold sale</source>
        <translation>挂单</translation>
    </message>
    <message>
        <source>Price check</source>
        <translation>查价</translation>
    </message>
    <message>
        <source>Check age: {age} or older</source>
        <translation>核对年龄：须满 {age} 岁</translation>
    </message>
    <message>
        <source>Give up this sale?</source>
        <translation>放弃本单？</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Open drawer</source>
        <translation>打开钱箱</translation>
    </message>
    <message>
        <source>Put the goods on the scale, or type grams</source>
        <translation>请将商品放上电子秤，或输入克数</translation>
    </message>
    <message>
        <source>Choose percent or amount, then type it. 0 takes the discount back.</source>
        <translation>选择百分比或金额后输入，输入 0 可取消折扣。</translation>
    </message>
    <message>
        <source>Scan the coupon or type its code</source>
        <translation>扫描优惠券或输入券码</translation>
    </message>
    <message>
        <source>Scan the card, or type a name or the end of the phone number</source>
        <translation>扫描会员卡，或输入姓名、手机尾号</translation>
    </message>
    <message>
        <source>Scan anything, or type its name or code. Nothing is sold.</source>
        <translation>扫描任意商品，或输入品名、编码。仅查价，不会销售。</translation>
    </message>
    <message>
        <source>Ask for an ID when in doubt. The item is added after you confirm.</source>
        <translation>如有疑问请查验证件。确认后才会加入商品。</translation>
    </message>
    <message>
        <source>All lines are taken off and the void is recorded.</source>
        <translation>所有商品将被移除，作废会留下记录。</translation>
    </message>
    <message>
        <source>The reason is recorded.</source>
        <translation>原因会留下记录。</translation>
    </message>
    <message>
        <source>A name helps to find it again</source>
        <translation>写个名字，方便再找到</translation>
    </message>
    <message>
        <source>Percent</source>
        <translation>百分比</translation>
    </message>
    <message>
        <source>Amount</source>
        <translation>金额</translation>
    </message>
    <message>
        <source>Print last receipt again</source>
        <translation>重打上一张小票</translation>
    </message>
    <message>
        <source>Give up this sale</source>
        <translation>放弃本单</translation>
    </message>
    <message>
        <source>Change money</source>
        <translation>兑换零钱</translation>
    </message>
    <message>
        <source>Check the drawer</source>
        <translation>清点钱箱</translation>
    </message>
    <message>
        <source>Correct a mistake</source>
        <translation>更正差错</translation>
    </message>
    <message>
        <source>Age is checked</source>
        <translation>年龄已核对</translation>
    </message>
    <message>
        <source>Give up sale</source>
        <translation>放弃本单</translation>
    </message>
    <message>
        <source>Hold</source>
        <translation>挂单</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>Use coupon</source>
        <translation>使用优惠券</translation>
    </message>
    <message>
        <source>Look up</source>
        <translation>查询</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
</context>
<context>
    <name>PaperWindow</name>
    <message>
        <source>Drawer opened: {count}</source>
        <translation>钱箱已打开：{count} 次</translation>
    </message>
    <message>
        <source>Evertill receipt printer</source>
        <translation>Evertill 小票打印机</translation>
    </message>
    <message>
        <source>Paper {number}</source>
        <translation>小票 {number}</translation>
    </message>
    <message>
        <source>No paper yet. Complete a sale.</source>
        <translation>还没有小票。完成一笔销售即可看到。</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>Paper low</source>
        <translation>纸快用完</translation>
    </message>
    <message>
        <source>Paper out</source>
        <translation>缺纸</translation>
    </message>
    <message>
        <source>Cover open</source>
        <translation>机盖未合</translation>
    </message>
    <message>
        <source>Unplugged</source>
        <translation>未连接</translation>
    </message>
</context>
<context>
    <name>PayPage</name>
    <message>
        <source>Tenders</source>
        <translation>付款方式</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
</context>
<context>
    <name>PayPresenter</name>
    <message>
        <source>{count} promotions</source>
        <translation>{count} 项促销</translation>
    </message>
    <message>
        <source>{count} discounts</source>
        <translation>{count} 项折扣</translation>
    </message>
    <message>
        <source>1 discount</source>
        <translation>1 项折扣</translation>
    </message>
    <message>
        <source>1 promotion</source>
        <translation>1 项促销</translation>
    </message>
    <message>
        <source>Coupon {code}</source>
        <translation>优惠券 {code}</translation>
    </message>
    <message>
        <source>Discount</source>
        <translation>折扣</translation>
    </message>
    <message>
        <source>Tax</source>
        <translation>税额</translation>
    </message>
    <message>
        <source>Approved {time} · ref {reference}</source>
        <translation>已批准 {time} · 流水号 {reference}</translation>
    </message>
    <message>
        <source>To pay {amount}</source>
        <translation>应收 {amount}</translation>
    </message>
    <message>
        <source>Checking with the terminal</source>
        <translation>正在向终端核实</translation>
    </message>
    <message>
        <source>Cash rounding to {step}</source>
        <translation>现金抹零至 {step}</translation>
    </message>
    <message>
        <source>Cash</source>
        <translation>现金</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>银行卡</translation>
    </message>
    <message>
        <source>Mobile code</source>
        <translation>付款码</translation>
    </message>
    <message>
        <source>Gift card</source>
        <translation>礼品卡</translation>
    </message>
    <message>
        <source>Store credit</source>
        <translation>储值余额</translation>
    </message>
    <message>
        <source>Points</source>
        <translation>积分</translation>
    </message>
    <message>
        <source>Exchange</source>
        <translation>换货抵扣</translation>
    </message>
    <message>
        <source>Waits for the network</source>
        <translation>等待网络恢复</translation>
    </message>
    <message>
        <source>Gift, points…</source>
        <translation>礼品卡、积分…</translation>
    </message>
    <message>
        <source>This store takes no gift cards or points yet</source>
        <translation>本店暂不接受礼品卡和积分</translation>
    </message>
    <message>
        <source>No notes and coins make this amount</source>
        <translation>现有面额无法凑成此金额</translation>
    </message>
    <message>
        <source>1 note</source>
        <translation>1 张纸币</translation>
    </message>
    <message>
        <source>{count} notes</source>
        <translation>{count} 张纸币</translation>
    </message>
    <message>
        <source>1 coin</source>
        <translation>1 枚硬币</translation>
    </message>
    <message>
        <source>{count} coins</source>
        <translation>{count} 枚硬币</translation>
    </message>
</context>
<context>
    <name>PayViewModel</name>
    <message>
        <source>Scan the payment code on the customer&apos;s phone.</source>
        <translation>请扫描顾客手机上的付款码。</translation>
    </message>
    <message>
        <source>Mobile codes wait for the network. Take cash or card.</source>
        <translation>付款码需等网络恢复。请收现金或刷卡。</translation>
    </message>
    <message>
        <source>The terminal does not answer. Nothing is charged twice. Ask again, or hold the sale.</source>
        <translation>终端没有应答。不会重复扣款。请再次查询，或先挂单。</translation>
    </message>
    <message>
        <source>Too late to cancel: this payment was approved and stays on the sale.</source>
        <translation>取消太晚：该笔付款已获批准，保留在本单上。</translation>
    </message>
    <message>
        <source>Declined: {reason}. Nothing was taken. Try again or pay another way.</source>
        <translation>被拒绝：{reason}。未扣款。请重试或换一种付款方式。</translation>
    </message>
    <message>
        <source>no reason given</source>
        <translation>未说明原因</translation>
    </message>
    <message>
        <source>Cancelled. Nothing was taken.</source>
        <translation>已取消，未扣款。</translation>
    </message>
    <message>
        <source>To pay</source>
        <translation>应收</translation>
    </message>
    <message>
        <source>Sale {number}</source>
        <translation>销售单 {number}</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>includes tax {amount}</source>
        <translation>含税 {amount}</translation>
    </message>
    <message>
        <source>Scan a payment code to add it here</source>
        <translation>扫顾客付款码即可添加</translation>
    </message>
    <message>
        <source>Change due</source>
        <translation>应找零</translation>
    </message>
    <message>
        <source>Still to pay</source>
        <translation>还需支付</translation>
    </message>
    <message>
        <source>Receipt: print</source>
        <translation>小票：打印</translation>
    </message>
    <message>
        <source>Receipt: none</source>
        <translation>小票：不打印</translation>
    </message>
    <message>
        <source>Complete sale</source>
        <translation>完成收款</translation>
    </message>
    <message>
        <source>Cash received</source>
        <translation>实收现金</translation>
    </message>
    <message>
        <source>Card amount</source>
        <translation>刷卡金额</translation>
    </message>
    <message>
        <source>Mobile code amount</source>
        <translation>付款码金额</translation>
    </message>
    <message>
        <source>Type or tap an amount</source>
        <translation>输入或点选金额</translation>
    </message>
    <message>
        <source>Enter asks the terminal</source>
        <translation>按 Enter 发送到终端</translation>
    </message>
    <message>
        <source>Scan the customer&apos;s code</source>
        <translation>请扫描顾客的付款码</translation>
    </message>
    <message>
        <source>Customer confirms on the phone</source>
        <translation>请顾客在手机上确认</translation>
    </message>
    <message>
        <source>Customer pays on the terminal</source>
        <translation>请顾客在终端上付款</translation>
    </message>
    <message>
        <source>Asking the terminal what became of it</source>
        <translation>正在向终端查询结果</translation>
    </message>
    <message>
        <source>Giving the money back</source>
        <translation>正在退款</translation>
    </message>
    <message>
        <source>{tender}, {amount}. Nothing is charged twice.</source>
        <translation>{tender}，{amount}。不会重复扣款。</translation>
    </message>
</context>
<context>
    <name>PickupBoardPage</name>
    <message>
        <source>The action in mint</source>
        <translation>绿色按钮的操作</translation>
    </message>
    <message>
        <source>Open the card</source>
        <translation>打开订单</translation>
    </message>
    <message>
        <source>Mark a new order to pick together</source>
        <translation>选中新订单一起拣</translation>
    </message>
    <message>
        <source>Move between cards</source>
        <translation>在订单间移动</translation>
    </message>
    <message>
        <source>Tell the customer</source>
        <translation>通知顾客</translation>
    </message>
    <message>
        <source>Print the pick list</source>
        <translation>打印拣货单</translation>
    </message>
</context>
<context>
    <name>PickupBoardViewModel</name>
    <message>
        <source>Only new orders are picked together.</source>
        <translation>只有新订单可以一起拣。</translation>
    </message>
    <message>
        <source>{name} has no order here.</source>
        <translation>{name} 在这里没有订单。</translation>
    </message>
    <message>
        <source>Orders of {name}. Esc shows all.</source>
        <translation>{name} 的订单。按 Esc 显示全部。</translation>
    </message>
    <message>
        <source>The pick list prints.</source>
        <translation>拣货单正在打印。</translation>
    </message>
    <message>
        <source>{number}: the customer is reminded.</source>
        <translation>{number}：已提醒顾客。</translation>
    </message>
    <message>
        <source>{number}: put its goods back, then say so here.</source>
        <translation>{number}：请把货放回，然后在这里确认。</translation>
    </message>
    <message>
        <source>{number}: back on the shelf, and in stock again.</source>
        <translation>{number}：已放回货架，重新计入库存。</translation>
    </message>
    <message>
        <source>{number}: written off.</source>
        <translation>{number}：已报损。</translation>
    </message>
    <message>
        <source>Taken back at once on the board</source>
        <translation>在看板上随即撤销</translation>
    </message>
    <message>
        <source>Undone</source>
        <translation>已撤销</translation>
    </message>
    <message>
        <source>Scan a pickup code, or type order, phone, name</source>
        <translation>扫取货码，或输入订单号、电话、姓名</translation>
    </message>
    <message>
        <source>orders as of {time}, {span} old</source>
        <translation>订单截至 {time}，{span}前</translation>
    </message>
</context>
<context>
    <name>PickupCodes</name>
    <message>
        <source>This code was not made by this shop. Nothing was opened.</source>
        <translation>这个码不是本店发出的，没有打开任何订单。</translation>
    </message>
    <message>
        <source>This order waits at another store: {store}.</source>
        <translation>这个订单在另一家店等待：{store}。</translation>
    </message>
    <message>
        <source>This code is newer than what this till knows. Search the order by name or phone.</source>
        <translation>本机还不认识这个新码。请按姓名或电话查找订单。</translation>
    </message>
    <message>
        <source>The code is genuine, but its order has not reached this till. Try again in a minute.</source>
        <translation>码是真的，但订单还没有传到本机。请一分钟后再试。</translation>
    </message>
    <message>
        <source>The code was damaged or misread. Scan again, or type its digits.</source>
        <translation>码损坏或读错。请再扫一次，或输入数字。</translation>
    </message>
    <message>
        <source>No order here has these digits.</source>
        <translation>这里没有这组数字的订单。</translation>
    </message>
    <message>
        <source>Too many wrong digits. Wait {seconds} seconds, or scan the code.</source>
        <translation>数字错误次数太多。请等 {seconds} 秒，或扫码。</translation>
    </message>
    <message>
        <source>This store takes no online orders.</source>
        <translation>本店不接网上订单。</translation>
    </message>
    <message>
        <source>This order is not here any more.</source>
        <translation>这个订单已经不在这里。</translation>
    </message>
</context>
<context>
    <name>PickupPage</name>
    <message>
        <source>No pickup orders</source>
        <translation>没有自提订单</translation>
    </message>
    <message>
        <source>This store takes no orders online yet. Selling goes on as usual: Ctrl 1.</source>
        <translation>本店尚未开通线上订单。收银照常进行：Ctrl 1。</translation>
    </message>
</context>
<context>
    <name>PickupViewModel</name>
    <message>
        <source>Pickup</source>
        <translation>自提</translation>
    </message>
    <message>
        <source>Picking</source>
        <translation>拣货</translation>
    </message>
    <message>
        <source>Hand over</source>
        <translation>交货</translation>
    </message>
    <message>
        <source>Orders are not handed over at this till.</source>
        <translation>这台收银机不办理交货。</translation>
    </message>
    <message>
        <source>New pickup order</source>
        <translation>新的自提订单</translation>
    </message>
    <message>
        <source>New pickup order, collect {window}</source>
        <translation>新的自提订单，取货 {window}</translation>
    </message>
    <message>
        <source>{count} new pickup orders</source>
        <translation>{count} 个新的自提订单</translation>
    </message>
    <message>
        <source>Pickup code read. It opens after this sale.</source>
        <translation>已读取取货码，这笔销售之后打开。</translation>
    </message>
    <message>
        <source>Open the pickup order that was scanned</source>
        <translation>打开刚才扫码的自提订单</translation>
    </message>
    <message>
        <source>is not ready yet.</source>
        <translation>还没有备好。</translation>
    </message>
    <message>
        <source>is not in the catalogue</source>
        <translation>不在商品目录中</translation>
    </message>
    <message>
        <source>stock here {count}</source>
        <translation>本店库存 {count}</translation>
    </message>
    <message>
        <source>Bag {bag} belongs to no order here.</source>
        <translation>袋子 {bag} 不属于这里的任何订单。</translation>
    </message>
    <message>
        <source>This is a coupon. Use it in Sell: Ctrl 1.</source>
        <translation>这是优惠券。请在销售界面使用：Ctrl 1。</translation>
    </message>
    <message>
        <source>This is a payment code. Nothing was charged, and it was not kept.</source>
        <translation>这是付款码。没有扣款，也没有保存。</translation>
    </message>
    <message>
        <source>{place} is a place. Scan it while bags are put away.</source>
        <translation>{place} 是货位。请在上架袋子时扫描。</translation>
    </message>
    <message>
        <source>This code is not used here. Nothing was changed.</source>
        <translation>这里用不到这个码，没有任何改动。</translation>
    </message>
</context>
<context>
    <name>ProductsViewModel</name>
    <message>
        <source>open price</source>
        <translation>自定价</translation>
    </message>
    <message>
        <source>Products and prices</source>
        <translation>商品与价格</translation>
    </message>
    <message>
        <source>Scan anything, or type a name, code or pinyin</source>
        <translation>扫描任意商品，或输入品名、编码、拼音首字母</translation>
    </message>
    <message>
        <source>Product</source>
        <translation>商品</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>编码</translation>
    </message>
    <message>
        <source>Tax</source>
        <translation>税率</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>价格</translation>
    </message>
    <message>
        <source>English</source>
        <translation>英文名</translation>
    </message>
    <message>
        <source>Chinese</source>
        <translation>中文名</translation>
    </message>
    <message>
        <source>Item number</source>
        <translation>货号</translation>
    </message>
    <message>
        <source>Codes</source>
        <translation>条码</translation>
    </message>
    <message>
        <source>Minimum age</source>
        <translation>最低年龄</translation>
    </message>
    <message>
        <source>Add to the sale</source>
        <translation>加入销售单</translation>
    </message>
    <message>
        <source>Type or scan to look a product up. Nothing is sold here.</source>
        <translation>输入或扫码查询商品。此处不会销售。</translation>
    </message>
    <message>
        <source>Nothing fits. Try another word, its code, or its pinyin initials.</source>
        <translation>没有符合的商品。请换个词、编码或拼音首字母。</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Sell</source>
        <translation>收银</translation>
    </message>
    <message>
        <source>Pickup</source>
        <translation>自提</translation>
    </message>
    <message>
        <source>Stock</source>
        <translation>库存</translation>
    </message>
    <message>
        <source>Members</source>
        <translation>会员</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>班次</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>锁定</translation>
    </message>
</context>
<context>
    <name>RowEditor</name>
    <message>
        <source>One less</source>
        <translation>减一件</translation>
    </message>
    <message>
        <source>One more</source>
        <translation>加一件</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>改价</translation>
    </message>
    <message>
        <source>Discount</source>
        <translation>折扣</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Void</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>SalesViewModel</name>
    <message>
        <source>At the centre</source>
        <translation>已上传</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>待上传</translation>
    </message>
    <message>
        <source>Sales of this till</source>
        <translation>本机销售记录</translation>
    </message>
    <message>
        <source>Scan a receipt, or type its number</source>
        <translation>扫描小票，或输入小票号</translation>
    </message>
    <message>
        <source>Receipt</source>
        <translation>小票</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Cashier</source>
        <translation>收银员</translation>
    </message>
    <message>
        <source>Paid by</source>
        <translation>付款方式</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Print again</source>
        <translation>重打小票</translation>
    </message>
    <message>
        <source>No sale yet. The first one appears here.</source>
        <translation>还没有销售。第一笔会显示在这里。</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>价格</translation>
    </message>
    <message>
        <source>Cash rounding</source>
        <translation>现金抹零</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>找零</translation>
    </message>
    <message>
        <source>{what}, allowed by {name}</source>
        <translation>{what}，{name} 批准</translation>
    </message>
</context>
<context>
    <name>ScanTestLine</name>
    <message>
        <source>Scan any code to test the scanner</source>
        <translation>扫描任意条码以测试扫描枪</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Scan, or type a name, code or pinyin</source>
        <translation>扫码，或输入品名、编码、拼音首字母</translation>
    </message>
</context>
<context>
    <name>SellPage</name>
    <message>
        <source>Nothing found. Try fewer letters, a code, or pinyin initials.</source>
        <translation>没有找到。请少输几个字，或用编码、拼音首字母。</translation>
    </message>
    <message>
        <source>Hold</source>
        <translation>挂单</translation>
    </message>
    <message>
        <source>Discount</source>
        <translation>折扣</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Pay</source>
        <translation>收款</translation>
    </message>
    <message>
        <source>Quick keys</source>
        <translation>快捷商品</translation>
    </message>
    <message>
        <source>Lines of the sale</source>
        <translation>销售单明细</translation>
    </message>
    <message>
        <source>Products found</source>
        <translation>找到的商品</translation>
    </message>
    <message>
        <source>Scan the first item</source>
        <translation>请扫描第一件商品</translation>
    </message>
    <message>
        <source>or tap a quick key. A member card works too.</source>
        <translation>或点选常用商品，也可先扫会员卡。</translation>
    </message>
</context>
<context>
    <name>SellPresenter</name>
    <message>
        <source>{price} each</source>
        <translation>{price} / 件</translation>
    </message>
    <message>
        <source>Discount</source>
        <translation>折扣</translation>
    </message>
    <message>
        <source>Coupon {code} — {label}</source>
        <translation>优惠券 {code}：{label}</translation>
    </message>
    <message>
        <source>Coupon {code} not used</source>
        <translation>优惠券 {code} 未使用</translation>
    </message>
    <message>
        <source>Points as of {time}. This sale adds {points} after sync.</source>
        <translation>积分截至 {time}。本单 {points} 分同步后到账。</translation>
    </message>
    <message>
        <source>{balance} points · +{points} with this sale</source>
        <translation>{balance} 积分 · 本单 +{points}</translation>
    </message>
    <message>
        <source>{name} · {tier} member</source>
        <translation>{name} · {tier}会员</translation>
    </message>
    <message>
        <source>Held at {time}</source>
        <translation>{time} 挂单</translation>
    </message>
    <message>
        <source>{count} lines</source>
        <translation>{count} 行</translation>
    </message>
    <message>
        <source>1 item</source>
        <translation>1 件</translation>
    </message>
    <message>
        <source>{count} items</source>
        <translation>{count} 件</translation>
    </message>
    <message>
        <source>Quick</source>
        <translation>常用</translation>
    </message>
    <message>
        <source>open price</source>
        <translation>自定价</translation>
    </message>
</context>
<context>
    <name>SellViewModel</name>
    <message>
        <source>Sale {number}</source>
        <translation>销售单 {number}</translation>
    </message>
    <message>
        <source>{count} held</source>
        <translation>挂单 {count}</translation>
    </message>
    <message>
        <source>Subtotal {amount}</source>
        <translation>小计 {amount}</translation>
    </message>
    <message>
        <source>You save</source>
        <translation>已优惠</translation>
    </message>
</context>
<context>
    <name>Sentences</name>
    <message>
        <source>scanned, price from {time}</source>
        <translation>已扫码，价格更新于 {time}</translation>
    </message>
    <message>
        <source>added, {amount}</source>
        <translation>已添加，{amount}</translation>
    </message>
    <message>
        <source>is not in the catalogue</source>
        <translation>不在商品目录中</translation>
    </message>
    <message>
        <source>Open price</source>
        <translation>自定义价格</translation>
    </message>
    <message>
        <source>{tier} member</source>
        <translation>{tier}会员</translation>
    </message>
    <message>
        <source>applied</source>
        <translation>已使用</translation>
    </message>
    <message>
        <source>is on the till now</source>
        <translation>已登录收银</translation>
    </message>
    <message>
        <source>{name} voided, {amount}</source>
        <translation>已删除 {name}，{amount}</translation>
    </message>
    <message>
        <source>Sale given up, {amount}</source>
        <translation>已放弃本单，{amount}</translation>
    </message>
    <message>
        <source>{name}: price changed</source>
        <translation>{name}：已改价</translation>
    </message>
    <message>
        <source>{name}: discount changed</source>
        <translation>{name}：折扣已更改</translation>
    </message>
    <message>
        <source>{name}: note kept</source>
        <translation>{name}：备注已保存</translation>
    </message>
    <message>
        <source>Discount on the sale changed</source>
        <translation>整单折扣已更改</translation>
    </message>
    <message>
        <source>Note on the sale kept</source>
        <translation>整单备注已保存</translation>
    </message>
    <message>
        <source>Member removed</source>
        <translation>已移除会员</translation>
    </message>
    <message>
        <source>Coupon removed</source>
        <translation>已移除优惠券</translation>
    </message>
    <message>
        <source>Drawer opened. The reason is recorded.</source>
        <translation>钱箱已打开，原因已记录。</translation>
    </message>
    <message>
        <source>Undone</source>
        <translation>已撤销</translation>
    </message>
    <message>
        <source>{number} prints again, marked COPY</source>
        <translation>{number} 正在重打，标明副本</translation>
    </message>
    <message>
        <source>Sale held. F5 shows held sales.</source>
        <translation>已挂单。按 F5 查看挂单。</translation>
    </message>
    <message>
        <source>Held sale is open again</source>
        <translation>已取回挂单</translation>
    </message>
    <message>
        <source>Gold</source>
        <translation>金卡</translation>
    </message>
    <message>
        <source>Silver</source>
        <translation>银卡</translation>
    </message>
    <message>
        <source>Standard</source>
        <translation>普通</translation>
    </message>
    <message>
        <source>Staff</source>
        <translation>员工</translation>
    </message>
    <message>
        <source>cashier</source>
        <translation>收银员</translation>
    </message>
    <message>
        <source>shift lead</source>
        <translation>值班长</translation>
    </message>
    <message>
        <source>supervisor</source>
        <translation>主管</translation>
    </message>
    <message>
        <source>manager</source>
        <translation>经理</translation>
    </message>
    <message>
        <source>owner</source>
        <translation>店主</translation>
    </message>
    <message>
        <source>Single-use, needs the network. Kept on the sale.</source>
        <translation>一次性优惠券，需要联网。已保留在销售单上。</translation>
    </message>
    <message>
        <source>The sale is below the coupon&apos;s minimum. Kept on the sale.</source>
        <translation>未达到优惠券最低金额。已保留在销售单上。</translation>
    </message>
    <message>
        <source>The coupon is not valid yet. Kept on the sale.</source>
        <translation>优惠券尚未生效。已保留在销售单上。</translation>
    </message>
    <message>
        <source>The coupon has expired. Kept on the sale.</source>
        <translation>优惠券已过期。已保留在销售单上。</translation>
    </message>
    <message>
        <source>Nothing on the sale fits this coupon. Kept on the sale.</source>
        <translation>没有适用此优惠券的商品。已保留在销售单上。</translation>
    </message>
    <message>
        <source>The coupon is for other members. Kept on the sale.</source>
        <translation>此优惠券仅限其他会员。已保留在销售单上。</translation>
    </message>
    <message>
        <source>The coupon has been used as often as it may be. Kept on the sale.</source>
        <translation>优惠券的使用次数已满。已保留在此单。</translation>
    </message>
    <message>
        <source>Another coupon on the sale saves more; the two cannot be combined.</source>
        <translation>此单上另一张优惠券更优惠，两张不能同用。</translation>
    </message>
    <message>
        <source>Another offer saves more on the same items. Kept on the sale.</source>
        <translation>同样的商品已有更优惠的活动。已保留在此单。</translation>
    </message>
    <message>
        <source>The coupon is for the web shop. Kept on the sale.</source>
        <translation>此优惠券限网店使用。已保留在此单。</translation>
    </message>
    <message>
        <source>The coupon is for another day. Kept on the sale.</source>
        <translation>此优惠券今日不适用。已保留在此单。</translation>
    </message>
    <message>
        <source>The coupon is for another time of day. Kept on the sale.</source>
        <translation>此优惠券限其他时段使用。已保留在此单。</translation>
    </message>
    <message>
        <source>The coupon is for the member&apos;s birthday. Kept on the sale.</source>
        <translation>此优惠券限会员生日使用。已保留在此单。</translation>
    </message>
    <message>
        <source>The coupon is for a member&apos;s first purchase. Kept on the sale.</source>
        <translation>此优惠券限会员首单使用。已保留在此单。</translation>
    </message>
    <message>
        <source>The coupon is for shipping, and nothing is shipped. Kept on the sale.</source>
        <translation>此优惠券抵运费，而此单没有运费。已保留在此单。</translation>
    </message>
    <message>
        <source>The gift is not on the sale yet: scan it.</source>
        <translation>赠品还未加入此单：请扫描赠品。</translation>
    </message>
    <message>
        <source>Too few have joined this group purchase. Kept on the sale.</source>
        <translation>参加此团购的人数不足。已保留在此单。</translation>
    </message>
    <message>
        <source>The coupon&apos;s offer has a mistake in it; the office must correct it.</source>
        <translation>此优惠券的活动设置有误，需由后台更正。</translation>
    </message>
    <message>
        <source>No effect on this sale. Kept on the sale.</source>
        <translation>对本单不起作用。已保留在销售单上。</translation>
    </message>
    <message>
        <source>The centre does not answer in time.</source>
        <translation>中心没有及时回应。</translation>
    </message>
    <message>
        <source>Something else answers in the centre&apos;s place, such as a sign-in page of the network.</source>
        <translation>中心的位置由别的服务应答，例如上网登录页面。</translation>
    </message>
    <message>
        <source>The centre refuses this till. Call whoever looks after it.</source>
        <translation>中心拒绝了本机。请联系维护人员。</translation>
    </message>
    <message>
        <source>This till must be updated before it can send again. Nothing is lost.</source>
        <translation>本机需升级后才能继续上传，数据不会丢失。</translation>
    </message>
    <message>
        <source>The centre has other records under this till&apos;s numbers. Both are kept. Call for help.</source>
        <translation>中心在本机编号下另有记录，两份均已保留。请求助。</translation>
    </message>
    <message>
        <source>The disk is full: nothing new can be taken from the centre.</source>
        <translation>磁盘已满：无法接收中心的新数据。</translation>
    </message>
    <message>
        <source>What the centre sent is damaged here. Restart the till to fetch it again.</source>
        <translation>中心发来的数据在本机已损坏。请重启收银机重新获取。</translation>
    </message>
    <message>
        <source>This is not the centre that this till belongs to. Call for help.</source>
        <translation>这不是本机所属的中心。请求助。</translation>
    </message>
    <message>
        <source>A quantity of 0 cannot be sold. Use Void to take the line off.</source>
        <translation>数量不能为 0。如需移除请用“删除”。</translation>
    </message>
    <message>
        <source>{detail} is more than one line can hold. Nothing was added.</source>
        <translation>{detail} 超出单行数量上限。未添加。</translation>
    </message>
    <message>
        <source>A weight has at most three decimals. Nothing was changed.</source>
        <translation>重量最多三位小数。未作更改。</translation>
    </message>
    <message>
        <source>Pieces are sold whole. Nothing was changed.</source>
        <translation>计件商品须为整数。未作更改。</translation>
    </message>
    <message>
        <source>This is not a number. Nothing was changed.</source>
        <translation>这不是数字。未作更改。</translation>
    </message>
    <message>
        <source>A price of nothing cannot be charged. Nothing was changed.</source>
        <translation>价格不能为零。未作更改。</translation>
    </message>
    <message>
        <source>A price below zero cannot be charged. Nothing was changed.</source>
        <translation>价格不能为负。未作更改。</translation>
    </message>
    <message>
        <source>This is not a price. Nothing was changed.</source>
        <translation>这不是有效价格。未作更改。</translation>
    </message>
    <message>
        <source>This price is too high for one item. Nothing was changed.</source>
        <translation>单价过高。未作更改。</translation>
    </message>
    <message>
        <source>This price has too many decimals. Nothing was changed.</source>
        <translation>价格小数位过多。未作更改。</translation>
    </message>
    <message>
        <source>This product has no price yet. Type one with Open price.</source>
        <translation>此商品还没有价格。请用“自定义价格”输入。</translation>
    </message>
    <message>
        <source>It is not said how this is taxed, so it cannot be sold. Put it aside.</source>
        <translation>没有设定此商品的税别，无法销售。请先放一旁。</translation>
    </message>
    <message>
        <source>Its tax goes by weight or volume, and the catalogue does not say how much it holds.</source>
        <translation>此税按重量或容量计算，而商品资料没有写明含量。</translation>
    </message>
    <message>
        <source>This customer&apos;s tax rule is not known here. Take it off, or ask a supervisor.</source>
        <translation>这里没有这位顾客的税务规则。请移除，或请主管处理。</translation>
    </message>
    <message>
        <source>An amount below zero cannot be charged. Nothing was changed.</source>
        <translation>金额不能为负。未作更改。</translation>
    </message>
    <message>
        <source>The label says what this costs. Void the line, scan another label.</source>
        <translation>价格由标签决定。请删除该行，扫描另一张标签。</translation>
    </message>
    <message>
        <source>A weighed line keeps its weight. Void it and weigh again.</source>
        <translation>称重商品的重量不能更改。请删除后重新称重。</translation>
    </message>
    <message>
        <source>This line is no longer on the sale.</source>
        <translation>该行已不在销售单上。</translation>
    </message>
    <message>
        <source>There is nothing on this sale yet. Scan the first item.</source>
        <translation>销售单还是空的。请扫描第一件商品。</translation>
    </message>
    <message>
        <source>There is nothing to undo on this sale.</source>
        <translation>本单没有可撤销的操作。</translation>
    </message>
    <message>
        <source>This held sale is no longer there.</source>
        <translation>该挂单已不存在。</translation>
    </message>
    <message>
        <source>The code holds something that no GS1 code has. Scan another code of the item.</source>
        <translation>条码中有 GS1 标准没有的内容。请扫描该商品的其他条码。</translation>
    </message>
    <message>
        <source>The code was damaged or made wrongly. Scan again, or another code.</source>
        <translation>条码破损或印制有误。请重新扫描，或扫描其他条码。</translation>
    </message>
    <message>
        <source>The code holds a date that there is not. Scan another code of the item.</source>
        <translation>条码中的日期不存在。请扫描该商品的其他条码。</translation>
    </message>
    <message>
        <source>The code contradicts itself. Scan another code of the item.</source>
        <translation>条码内容自相矛盾。请扫描该商品的其他条码。</translation>
    </message>
    <message>
        <source>This is the label of a pallet or carton. Scan the goods themselves.</source>
        <translation>这是托盘或外箱的标签。请扫描商品本身。</translation>
    </message>
    <message>
        <source>This code is not that of a product. Scan the goods themselves.</source>
        <translation>这不是商品的条码。请扫描商品本身。</translation>
    </message>
    <message>
        <source>This is a web address, not a product&apos;s code. Scan the bars beside it.</source>
        <translation>这是网址，不是商品条码。请扫描旁边的条形码。</translation>
    </message>
    <message>
        <source>This is a gift card. Nothing was added, and nothing was taken from it.</source>
        <translation>这是礼品卡。未添加任何商品，也未从卡中扣款。</translation>
    </message>
    <message>
        <source>This is the pickup code of an order. Nothing was added to the sale.</source>
        <translation>这是订单的取货码。未向本单添加任何商品。</translation>
    </message>
    <message>
        <source>This is the label of a place, {detail}. Nothing was added.</source>
        <translation>这是位置标签 {detail}。未添加任何商品。</translation>
    </message>
    <message>
        <source>This code makes a device a till. Nothing was added. Keep it to yourself.</source>
        <translation>此码用于登记收银机。未添加任何商品。请勿让他人看到。</translation>
    </message>
    <message>
        <source>Expired on {detail}: this must not be sold. Put the item aside.</source>
        <translation>已于 {detail} 过期，不得销售。请将商品取出。</translation>
    </message>
    <message>
        <source>To be sold by {detail} at the latest. Put the item aside.</source>
        <translation>最迟销售日期为 {detail}，已过。请将商品取出。</translation>
    </message>
    <message>
        <source>The label says a weight of goods sold by the piece, or the other way round.</source>
        <translation>标签为重量，而商品按件销售，或者相反。未添加任何商品。</translation>
    </message>
    <message>
        <source>The price in the code is in another currency. Nothing was added.</source>
        <translation>条码中的价格为其他货币。未添加任何商品。</translation>
    </message>
    <message>
        <source>The price in the code is finer than the smallest coin. Nothing was added.</source>
        <translation>条码中的价格小于最小货币单位。未添加任何商品。</translation>
    </message>
    <message>
        <source>The price in the code is too high. Nothing was added.</source>
        <translation>条码中的价格过高。未添加任何商品。</translation>
    </message>
    <message>
        <source>Money was taken for this sale. Give it back in Pay first.</source>
        <translation>本单已收款。请先在收款页退回。</translation>
    </message>
    <message>
        <source>The sale would be less than what was already paid. Reverse a tender first.</source>
        <translation>金额将少于已付款。请先退回一笔付款。</translation>
    </message>
    <message>
        <source>No member has card {detail}.</source>
        <translation>没有卡号为 {detail} 的会员。</translation>
    </message>
    <message>
        <source>This staff badge is not known in this store.</source>
        <translation>本店没有此工牌。</translation>
    </message>
    <message>
        <source>Coupon {detail} is not known.</source>
        <translation>没有优惠券 {detail}。</translation>
    </message>
    <message>
        <source>Coupon {detail} is on this sale already.</source>
        <translation>优惠券 {detail} 已在本单上。</translation>
    </message>
    <message>
        <source>{detail} was damaged or misread: the check digit is wrong. Scan again.</source>
        <translation>{detail} 受损或误读：校验位不符。请重新扫码。</translation>
    </message>
    <message>
        <source>This code is too long for a product. Nothing was added.</source>
        <translation>此编码过长，不是商品码。未添加。</translation>
    </message>
    <message>
        <source>The code has characters that no barcode has. Scan again.</source>
        <translation>编码含有条码中不会出现的字符。请重新扫码。</translation>
    </message>
    <message>
        <source>The scanner sent nothing. Scan again.</source>
        <translation>扫描枪没有读到内容。请重新扫码。</translation>
    </message>
    <message>
        <source>A discount of nothing changes nothing.</source>
        <translation>折扣为零，没有变化。</translation>
    </message>
    <message>
        <source>A discount cannot be below zero. Nothing was changed.</source>
        <translation>折扣不能为负。未作更改。</translation>
    </message>
    <message>
        <source>This is not a discount. Nothing was changed.</source>
        <translation>这不是有效折扣。未作更改。</translation>
    </message>
    <message>
        <source>The discount is too large. Nothing was changed.</source>
        <translation>折扣过大。未作更改。</translation>
    </message>
    <message>
        <source>A discount is between 0 and 100 %. Nothing was changed.</source>
        <translation>折扣须在 0 到 100 % 之间。未作更改。</translation>
    </message>
    <message>
        <source>The discount is more than the line. Nothing was changed.</source>
        <translation>折扣超过该行金额。未作更改。</translation>
    </message>
    <message>
        <source>This product takes no discount. Nothing was changed.</source>
        <translation>此商品不参与折扣。未作更改。</translation>
    </message>
    <message>
        <source>Finish or hold this sale first.</source>
        <translation>请先完成或挂起本单。</translation>
    </message>
    <message>
        <source>A tender is taken. Finish paying, or give it back first.</source>
        <translation>已收一笔付款。请先完成收款或将其退回。</translation>
    </message>
    <message>
        <source>Put the goods on the scale, or type the weight.</source>
        <translation>请将商品放上电子秤，或输入重量。</translation>
    </message>
    <message>
        <source>Receipt {detail} was not made on this till.</source>
        <translation>小票 {detail} 不是本机开具的。</translation>
    </message>
    <message>
        <source>There is no sale on this till yet.</source>
        <translation>本机还没有销售。</translation>
    </message>
    <message>
        <source>That is more than what is left to pay. Only cash gives change.</source>
        <translation>超出待付金额。只有现金可以找零。</translation>
    </message>
    <message>
        <source>added, but it was best before {day}. Tell the customer.</source>
        <translation>已添加，但最佳食用日期为 {day}，已过。请告知顾客。</translation>
    </message>
    <message>
        <source>allowed: {text}</source>
        <translation>已批准：{text}</translation>
    </message>
    <message>
        <source>Without the network a card pays {detail} at most. Split the payment.</source>
        <translation>断网时刷卡每笔最多 {detail}。请分次付款。</translation>
    </message>
    <message>
        <source>{detail} is still to pay.</source>
        <translation>还需支付 {detail}。</translation>
    </message>
    <message>
        <source>A payment is not certain yet. Ask the terminal again before going on.</source>
        <translation>有一笔付款尚未确定。请先再次向终端查询。</translation>
    </message>
    <message>
        <source>Type an amount first.</source>
        <translation>请先输入金额。</translation>
    </message>
    <message>
        <source>This tender is no longer there.</source>
        <translation>该笔付款已不存在。</translation>
    </message>
    <message>
        <source>This payment was approved. Reverse it on the terminal.</source>
        <translation>此笔付款已批准。请在终端上撤销。</translation>
    </message>
    <message>
        <source>{detail} may not approve this. Nothing was changed.</source>
        <translation>{detail} 无权批准。未作任何改动。</translation>
    </message>
    <message>
        <source>This is more than {detail} may approve. Nothing was changed.</source>
        <translation>超出 {detail} 可批准的范围。未作任何改动。</translation>
    </message>
    <message>
        <source>Somebody else than {detail} must approve this.</source>
        <translation>须由 {detail} 以外的人批准。</translation>
    </message>
    <message>
        <source>Choose a reason first, then scan the badge again.</source>
        <translation>请先选择原因，再扫一次工牌。</translation>
    </message>
    <message>
        <source>There is nothing to approve any more.</source>
        <translation>已没有待批准的操作。</translation>
    </message>
    <message>
        <source>This asks a question. Finish the approval first; nothing was added.</source>
        <translation>该商品需要先回答问题。请先完成批准；未添加商品。</translation>
    </message>
    <message>
        <source>Type a PIN first, or scan a badge.</source>
        <translation>请先输入密码，或扫描工牌。</translation>
    </message>
    <message>
        <source>This PIN is not known. Nothing was changed.</source>
        <translation>密码不正确。未作任何改动。</translation>
    </message>
    <message>
        <source>Too many wrong PINs. Wait {detail} seconds, or scan a badge.</source>
        <translation>密码错误次数过多。请等 {detail} 秒，或扫描工牌。</translation>
    </message>
    <message>
        <source>This PIN is not known. Nothing was unlocked.</source>
        <translation>密码不正确。未解锁。</translation>
    </message>
    <message>
        <source>This till has not received its catalogue yet. It begins to sell as soon as it has.</source>
        <translation>本机尚未收到商品目录，收到后即可收银。</translation>
    </message>
    <message>
        <source>The disk is full. Nothing was changed and no sale is lost. Free some space, then try again.</source>
        <translation>磁盘已满。未作更改，销售记录没有丢失。请腾出空间后重试。</translation>
    </message>
    <message>
        <source>The till&apos;s folder cannot be written. Nothing was changed. Call for help.</source>
        <translation>收银数据目录无法写入。未作更改。请联系支持人员。</translation>
    </message>
    <message>
        <source>The key does not open this till&apos;s database. Nothing was changed.</source>
        <translation>密钥无法打开本机数据库。未作更改。</translation>
    </message>
    <message>
        <source>Another Evertill is already running on these files.</source>
        <translation>另一个 Evertill 正在使用这些文件。</translation>
    </message>
    <message>
        <source>A file of this till is damaged. Call for help before selling on.</source>
        <translation>本机文件已损坏。继续收银前请联系支持人员。</translation>
    </message>
    <message>
        <source>These files were written by a newer Evertill. Update this till.</source>
        <translation>这些文件由更新版本的 Evertill 写入。请升级本机。</translation>
    </message>
    <message>
        <source>Not possible: {code}</source>
        <translation>无法执行：{code}</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Diagnostics</source>
        <translation>诊断信息</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>复制诊断信息</translation>
    </message>
</context>
<context>
    <name>SettingsViewModel</name>
    <message>
        <source>Testing</source>
        <translation>测试中</translation>
    </message>
    <message>
        <source>Failed: {problem}. Check cable, power and address.</source>
        <translation>失败：{problem}。请检查线缆、电源和地址。</translation>
    </message>
    <message>
        <source>Works</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>{count} digits, not shown</source>
        <translation>{count} 位数字，不显示</translation>
    </message>
    <message>
        <source>Diagnostics copied</source>
        <translation>诊断信息已复制</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Till</source>
        <translation>收银台</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Centre</source>
        <translation>中心服务器</translation>
    </message>
    <message>
        <source>State of the link</source>
        <translation>连接状态</translation>
    </message>
    <message>
        <source>Records waiting</source>
        <translation>待上传记录</translation>
    </message>
    <message>
        <source>Last problem</source>
        <translation>最近的问题</translation>
    </message>
    <message>
        <source>Records at the centre</source>
        <translation>已上传记录</translation>
    </message>
    <message>
        <source>Catalogue rows</source>
        <translation>商品条目</translation>
    </message>
    <message>
        <source>Price rows</source>
        <translation>价格条目</translation>
    </message>
    <message>
        <source>Members</source>
        <translation>会员</translation>
    </message>
    <message>
        <source>Staff</source>
        <translation>员工</translation>
    </message>
    <message>
        <source>Setting rows</source>
        <translation>设置条目</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>数据目录</translation>
    </message>
    <message>
        <source>Synced</source>
        <translation>已同步</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>上传中</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>待上传</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>需要处理</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Size of the screen</source>
        <translation>界面大小</translation>
    </message>
    <message>
        <source>Left-handed</source>
        <translation>左手模式</translation>
    </message>
    <message>
        <source>Sounds</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>Language of receipts</source>
        <translation>小票语言</translation>
    </message>
    <message>
        <source>Receipt after a sale</source>
        <translation>销售后小票</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>No</source>
        <translation>否</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>On</source>
        <translation>开</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>Print</source>
        <translation>打印</translation>
    </message>
    <message>
        <source>Do not print</source>
        <translation>不打印</translation>
    </message>
    <message>
        <source>Receipt printer</source>
        <translation>小票打印机</translation>
    </message>
    <message>
        <source>Payment terminal</source>
        <translation>支付终端</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>电子秤</translation>
    </message>
    <message>
        <source>Scanner</source>
        <translation>扫描枪</translation>
    </message>
</context>
<context>
    <name>StatusViewModel</name>
    <message>
        <source>Synced</source>
        <translation>已同步</translation>
    </message>
    <message>
        <source>Loading {done} of {total}</source>
        <translation>加载中 {done} / {total}</translation>
    </message>
    <message>
        <source>Checking</source>
        <translation>检查中</translation>
    </message>
    <message>
        <source>Sending {count}</source>
        <translation>正在上传 {count}</translation>
    </message>
    <message>
        <source>Sync needs you</source>
        <translation>同步需要处理</translation>
    </message>
    <message>
        <source>{count} waiting since {time}</source>
        <translation>{count} 条待上传，自 {time}</translation>
    </message>
    <message>
        <source>Offline {count} min</source>
        <translation>离线 {count} 分钟</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>{count} waiting</source>
        <translation>{count} 条待上传</translation>
    </message>
    <message>
        <source>No paper</source>
        <translation>缺纸</translation>
    </message>
    <message>
        <source>Printer is open</source>
        <translation>打印机盖未合</translation>
    </message>
    <message>
        <source>No printer</source>
        <translation>没有打印机</translation>
    </message>
    <message>
        <source>No printer set up</source>
        <translation>未设置打印机</translation>
    </message>
    <message>
        <source>Printer silent</source>
        <translation>打印机无应答</translation>
    </message>
    <message>
        <source>Paper low</source>
        <translation>纸快用完</translation>
    </message>
    <message>
        <source>Printer trouble</source>
        <translation>打印机故障</translation>
    </message>
    <message>
        <source>{problem} · {count} to print</source>
        <translation>{problem} · {count} 张待打印</translation>
    </message>
    <message>
        <source>Printer</source>
        <translation>打印机</translation>
    </message>
    <message>
        <source>No scanner</source>
        <translation>没有扫描枪</translation>
    </message>
    <message>
        <source>Scanner</source>
        <translation>扫描枪</translation>
    </message>
    <message>
        <source>No network since {time}. Keep selling.</source>
        <translation>{time} 起断网，请照常收银。</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>立即重试</translation>
    </message>
    <message>
        <source>Everything sold so far is at the centre.</source>
        <translation>到目前为止的销售均已上传。</translation>
    </message>
    <message>
        <source>1 sale is saved on this till.</source>
        <translation>本机已保存 1 笔销售。</translation>
    </message>
    <message>
        <source>1 record is saved on this till.</source>
        <translation>本机已保存 1 条记录。</translation>
    </message>
    <message>
        <source>{sales} sales are saved on this till.</source>
        <translation>本机已保存 {sales} 笔销售。</translation>
    </message>
    <message>
        <source>{count} records are saved on this till: 1 sale.</source>
        <translation>本机已保存 {count} 条记录，其中 1 笔销售。</translation>
    </message>
    <message>
        <source>{count} records are saved on this till: {sales} sales.</source>
        <translation>本机已保存 {count} 条记录，其中 {sales} 笔销售。</translation>
    </message>
    <message>
        <source>As usual</source>
        <translation>照常可用</translation>
    </message>
    <message>
        <source>Scan, hold, promotions</source>
        <translation>扫码、挂单、促销</translation>
    </message>
    <message>
        <source>Cash, receipts, reprints</source>
        <translation>现金、小票、重打</translation>
    </message>
    <message>
        <source>With a limit</source>
        <translation>有限额</translation>
    </message>
    <message>
        <source>Card up to {amount} each</source>
        <translation>刷卡每笔不超过 {amount}</translation>
    </message>
    <message>
        <source>Stock counts are estimates</source>
        <translation>库存数为估算</translation>
    </message>
    <message>
        <source>Waits for network</source>
        <translation>等待网络</translation>
    </message>
    <message>
        <source>Mobile codes</source>
        <translation>付款码</translation>
    </message>
    <message>
        <source>Points, single-use coupons</source>
        <translation>积分、一次性优惠券</translation>
    </message>
    <message>
        <source>New prices</source>
        <translation>新价格</translation>
    </message>
</context>
<context>
    <name>SuggestionButton</name>
    <message>
        <source>exact</source>
        <translation>正好</translation>
    </message>
</context>
<context>
    <name>TenderRowButton</name>
    <message>
        <source>Ask again</source>
        <translation>再次查询</translation>
    </message>
    <message>
        <source>Give back</source>
        <translation>退回</translation>
    </message>
</context>
<context>
    <name>TerminalPanel</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
</context>
<context>
    <name>TillViewModel</name>
    <message>
        <source>The last receipt prints again, marked COPY</source>
        <translation>正在重打上一张小票，标注“副本”</translation>
    </message>
    <message>
        <source>Change due</source>
        <translation>应找零</translation>
    </message>
    <message>
        <source>Paid</source>
        <translation>已付款</translation>
    </message>
    <message>
        <source>{paid} received · receipt {number}</source>
        <translation>实收 {paid} · 小票 {number}</translation>
    </message>
    <message>
        <source>Sale completed</source>
        <translation>销售已完成</translation>
    </message>
    <message>
        <source>Open sale {amount}</source>
        <translation>未完成 {amount}</translation>
    </message>
</context>
</TS>
